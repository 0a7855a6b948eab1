import { Decimal, isLakewrightError, showValue, stringifyJson, warn } from "@lakewright/core";
import { WarehouseError } from "../../errors.ts";
import { assertKnown, invalid, isObject } from "../../options.ts";
import { sha256 } from "../../sha256.ts";
import type { MetricsQuery } from "../define/metrics-query.ts";
import type { Metrics } from "../define/metrics.ts";
import type { Queries, QueryAnswer } from "../queries.ts";
import { readParameters } from "./parameters.ts";
import type { StandardSchema } from "./standard-schema.ts";

/** Answers a request. What Node's servers, Deno, Bun, workers and most frameworks take. */
export type Endpoint = (request: Request) => Promise<Response>;

/** What a request may ask, of whom, and how much of the answer it gets. */
export interface EndpointOptions<P> {
  /** Who answers. Made by `openQueries`; with a cache, requests that ask the same cost the engine one question. */
  readonly queries: Queries;
  /**
   * What the parameters of the URL (GET) or the JSON body (POST) must be: a zod object or any other Standard Schema. In a
   * URL each is a text, one that comes several times an array of texts.
   */
  readonly parameters: StandardSchema<P>;
  /** The question for these parameters. What only some may ask is refused here: a `Response` is given back as it is. */
  readonly query: (
    parameters: P,
    request: Request,
  ) => EndpointQuery | Response | Promise<EndpointQuery | Response>;
  /** Rows of an answer, at most; a question without a limit of its own, or with a higher one, gets this. Default 10,000. */
  readonly maxRows?: number | undefined;
  /** Seconds a browser may keep an answer without asking again. Default 0: it asks with the ETag. */
  readonly maxAgeSeconds?: number | undefined;
}

/** A question, and to which metrics. */
interface EndpointQuery {
  readonly of: Metrics;
  /** Its `limit` is never more than `maxRows`. */
  readonly query: MetricsQuery;
}

/**
 * A question with parameters, as an HTTP endpoint. The answer is JSON, `{ columns, rows, generation }`, rows as objects;
 * int64 and decimals are texts, so that no digit is lost, float64 numbers, dates "YYYY-MM-DD", instants microseconds as text.
 * 400 tells what is wrong with the parameters, 413 that the body is longer than a MiB; 405 and 500 tell nothing of the inside. An ETag saves sending what is known.
 */
export function endpoint<P>(options: EndpointOptions<P>): Endpoint {
  assertKnown("endpoint", options, ["queries", "parameters", "query", "maxRows", "maxAgeSeconds"]);
  for (const [option, method] of [
    ["queries", "run"],
    ["query", undefined],
  ] as const) {
    const given: unknown = options[option];
    const found: unknown = method ? (Object(given) as Record<string, unknown>)[method] : given;
    if (typeof found === "function") continue;
    throw invalid(
      `${option} of an endpoint is ${showValue(given)}.`,
      "Give { queries: openQueries(warehouse), parameters, query: (parameters) => ({ of, query }) }.",
    );
  }
  const { queries, parameters, query, maxRows = 10_000, maxAgeSeconds = 0 } = options;
  if (!Number.isSafeInteger(maxRows) || maxRows < 1) {
    throw invalid(`maxRows of an endpoint is ${maxRows}.`, "Give a whole number, 1 or more.");
  }
  const answer = async (request: Request): Promise<Response> => {
    try {
      if (request.method !== "GET" && request.method !== "HEAD" && request.method !== "POST") {
        return json(
          405,
          { error: "This endpoint takes GET and POST." },
          { allow: "GET, HEAD, POST" },
        );
      }
      const given = await readParameters(request, parameters);
      if (!given.ok) {
        const error =
          given.status === 413 ? "The body is too long." : "The parameters are not valid.";
        return json(given.status, { error, issues: given.issues });
      }
      const asked = await query(given.value, request);
      if (asked instanceof Response) return asked;
      const limit = Math.min(asked.query.limit ?? maxRows, maxRows);
      const found = await queries.run(
        asked.of,
        { ...asked.query, limit },
        { signal: request.signal },
      );
      return respond(request, await bodyOf(found), maxAgeSeconds);
    } catch (error) {
      if (error instanceof WarehouseError && isQuestion(error)) {
        return json(400, { error: error.message, ...(error.hint ? { hint: error.hint } : {}) });
      }
      if (request.signal.aborted) return json(499, { error: "The request was given up." });
      const retryable = isLakewrightError(error) && error.retryable;
      warn("WAREHOUSE_ENDPOINT", `An endpoint could not answer: ${String(error)}`, { error });
      return retryable
        ? json(503, { error: "Try again in a moment." }, { "retry-after": "1" })
        : json(500, { error: "The question could not be answered." });
    }
  };
  return async (request) => {
    const response = await answer(request);
    return request.method === "HEAD" ? new Response(null, response) : response;
  };
}

/** Several endpoints by path: `serve({ "/sales": endpoint(…) })`. Any other path is 404. */
export function serve(routes: Readonly<Record<string, Endpoint>>): Endpoint {
  if (!isObject(routes)) {
    throw invalid(
      `The routes of serve are ${showValue(routes)}.`,
      'Give endpoints by path: serve({ "/sales": endpoint(…) }).',
    );
  }
  return async (request) => {
    const { pathname } = new URL(request.url);
    const found = Object.hasOwn(routes, pathname) ? routes[pathname] : undefined;
    return found ? found(request) : json(404, { error: `There is nothing at ${pathname}.` });
  };
}

/** Questions about what is not there are the asker's mistake. */
function isQuestion({ code }: WarehouseError): boolean {
  return code === "WAREHOUSE_INVALID_OPTION" || code === "WAREHOUSE_INVALID_DEFINITION";
}

interface Body {
  readonly text: string;
  readonly tag: string;
}

async function bodyOf(answer: QueryAnswer): Promise<Body> {
  const rows = answer
    .rows()
    .map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, shown(value)])),
    );
  const { columns, generation } = answer;
  const text = stringifyJson({ columns, rows, generation });
  return { text, tag: `"${(await sha256(text)).slice(0, 24)}"` };
}

function shown(value: unknown): unknown {
  return typeof value === "bigint" || value instanceof Decimal ? String(value) : value;
}

function respond(request: Request, { text, tag }: Body, maxAgeSeconds: number): Response {
  const headers = { etag: tag, "cache-control": `private, max-age=${maxAgeSeconds}` };
  if (isKnown(request, tag)) return new Response(null, { status: 304, headers });
  return new Response(text, { headers: { ...headers, ...JSON_TYPE } });
}

/** Tags are compared weakly, as RFC 9110 (13.1.2) has it: a proxy that compresses makes them weak. */
function isKnown({ method, headers }: Request, tag: string): boolean {
  if (method === "POST") return false;
  const known =
    headers
      .get("if-none-match")
      ?.trim()
      .split(/\s*,\s*/) ?? [];
  return known.some((it) => it === "*" || it.replace(/^W\//, "") === tag);
}

const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

function json(status: number, body: object, headers: Record<string, string> = {}): Response {
  return new Response(stringifyJson(body), { status, headers: { ...JSON_TYPE, ...headers } });
}
