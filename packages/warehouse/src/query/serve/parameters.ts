import type { StandardSchema } from "./standard-schema.ts";

const MAX_BODY_BYTES = 1 << 20;

/** Parameters that are as they must be, or what is wrong with them. */
export type Given<P> =
  | { readonly ok: true; readonly value: P }
  | {
      readonly ok: false;
      readonly status: 400 | 413;
      readonly issues: readonly { readonly path: string; readonly message: string }[];
    };

/** Reads the parameters of a request, of its URL or its JSON body, and checks them. */
export async function readParameters<P>(
  request: Request,
  schema: StandardSchema<P>,
): Promise<Given<P>> {
  let given: unknown;
  if (request.method === "POST") {
    const text = await textOf(request);
    if (text === undefined) {
      const message = `The body has more than ${MAX_BODY_BYTES} bytes.`;
      return { ok: false, status: 413, issues: [{ path: "", message }] };
    }
    try {
      given = JSON.parse(text) as unknown;
    } catch {
      return { ok: false, status: 400, issues: [{ path: "", message: "The body is no JSON." }] };
    }
  } else {
    given = parametersOf(new URL(request.url).searchParams);
  }
  const result = await schema["~standard"].validate(given);
  if (result.issues === undefined) return { ok: true, value: result.value };
  const issues = result.issues.map(({ message, path = [] }) => ({
    path: path.map((part) => String(typeof part === "object" ? part.key : part)).join("."),
    message,
  }));
  return { ok: false, status: 400, issues };
}

/** The body of a request; undefined where it is too long, however long it would go on. */
async function textOf({ body }: Request): Promise<string | undefined> {
  if (body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const part of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) return undefined;
    text += decoder.decode(part, { stream: true });
  }
  return text + decoder.decode();
}

function parametersOf(search: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(search.keys())].map((name) => {
      const values = search.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}
