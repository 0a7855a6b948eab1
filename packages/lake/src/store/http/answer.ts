/** A request before it is signed. */
export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "DELETE";
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | undefined;
  /** A body with status 200 that is longer is not read: `problem` is "too large". */
  readonly maxBytes?: number | undefined;
}

/** What came back. Errors of the network are answers as well: what a store makes of them depends on the request. */
export interface HttpAnswer {
  /** 0 where no whole answer came. */
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
  /** Why there is no whole answer. */
  readonly problem?: string | undefined;
  readonly cause?: unknown;
  /** Statuses of the attempts before this one: what they asked for may have happened. */
  readonly earlier: readonly number[];
}

const TRANSIENT = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/** Whether the same request may be answered otherwise in a moment. */
export function isTransient(answer: HttpAnswer): boolean {
  return TRANSIENT.has(answer.status);
}

/** Whether a request with this status was certainly not carried out. */
export function wasRefused(status: number): boolean {
  return status === 409 || status === 412 || status === 429;
}

/** What `Retry-After` asks for; undefined where it asks for nothing. */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const text = headers.get("retry-after");
  if (text === null) return undefined;
  if (/^\d+$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
