import { showValue } from "@lakewright/core";
import { invalidOption, isFunction, isObject, type OptionCheck } from "../../options.ts";

/** How requests are sent, by every store that stands on HTTP. */
export interface TransportOptions {
  /** Sends one request. Default the runtime's `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** How often a request that failed for the moment is repeated. Default 8. */
  readonly retries?: number | undefined;
  /** The first wait before repeating; it doubles each time up to 20 s, of which a random part is waited. Default 100. */
  readonly retryDelayMs?: number | undefined;
  /** How long the server may be silent; a body being sent gets 1 ms more per 64 bytes. Default 30,000. */
  readonly timeoutMs?: number | undefined;
}

export interface HttpStoreOptions extends TransportOptions {
  /** Sent with every request: `{ authorization: "Bearer …" }`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** From a server that ignores ranges, objects up to this size are read whole, larger ones refused. Default 64 MiB. */
  readonly maxWholeBytes?: number | undefined;
}

export const isCount: OptionCheck = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0
    ? undefined
    : "an integer that is not negative";

export const isText: OptionCheck = (value) =>
  typeof value === "string" && value !== "" ? undefined : "a text that is not empty";

export const isFlag: OptionCheck = (value) =>
  typeof value === "boolean" ? undefined : "true or false";

/**
 * Refuses what no header can have, before `fetch` does, whose message shows the value.
 *
 * @throws LakeError LAKE_INVALID_OPTION
 */
export function checkHeaderValues(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) continue;
    throw invalidOption(`The header ${name} has a line end, or a character no header can have.`);
  }
}

/** Headers may be secrets: what is wrong with them is said without showing them. */
export function checkHeaders(subject: string, value: unknown): void {
  const fits =
    value === undefined ||
    (isObject(value) === undefined &&
      Object.values(value as object).every((header) => typeof header === "string"));
  if (!fits) throw invalidOption(`${subject}: headers must be an object of texts.`);
}

/**
 * Checks an address that requests can be sent to: no query, no fragment, no password. The message shows none of them: a query
 * may be a signature.
 */
export function checkAddress(subject: string, value: unknown, hint?: string): void {
  if (value === undefined) return;
  const url = typeof value === "string" && URL.canParse(value) ? new URL(value) : undefined;
  const secret = url && `${url.search}${url.hash}${url.username}${url.password}`;
  if (url && /^https?:$/.test(url.protocol) && secret === "") return;
  const shown = secret ? `${url.protocol}//${url.host}${url.pathname}` : value;
  throw invalidOption(
    `${subject} is ${showValue(shown)}${secret ? ", with a query, a fragment or a password" : ""}; it must be an http or https address alone.`,
    hint,
  );
}

export const transportChecks: Readonly<Record<keyof TransportOptions, OptionCheck>> = {
  fetch: isFunction,
  retries: isCount,
  retryDelayMs: isCount,
  timeoutMs: isCount,
};
