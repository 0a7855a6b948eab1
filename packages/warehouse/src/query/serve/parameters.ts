import type { StandardSchema } from "./standard-schema.ts";

/** Parameters that are as they must be, or what is wrong with them. */
export type Given<P> =
  | { readonly ok: true; readonly value: P }
  | {
      readonly ok: false;
      readonly issues: readonly { readonly path: string; readonly message: string }[];
    };

/** Reads the parameters of a request, of its URL or its JSON body, and checks them. */
export async function readParameters<P>(
  request: Request,
  schema: StandardSchema<P>,
): Promise<Given<P>> {
  let given: unknown;
  if (request.method === "POST") {
    try {
      given = JSON.parse(await request.text()) as unknown;
    } catch {
      return { ok: false, issues: [{ path: "", message: "The body is no JSON." }] };
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
  return { ok: false, issues };
}

function parametersOf(search: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...new Set(search.keys())].map((name) => {
      const values = search.getAll(name);
      return [name, values.length === 1 ? values[0]! : values];
    }),
  );
}
