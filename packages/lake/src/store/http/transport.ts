import { jittered, pause } from "@lakewright/core";
import { concatBytes } from "../bytes.ts";
import { systemClock } from "../clock.ts";
import { type HttpAnswer, type HttpRequest, isTransient, retryAfterMs } from "./answer.ts";
import { checkHeaderValues, type TransportOptions } from "./options.ts";
import { isOtherRange, rangeSize } from "./range.ts";

const MOST_WAIT_MS = 20_000;
/** A server that asks for more patience is not waited for. */
const MOST_RETRY_AFTER_MS = 60_000;
/** Of what a server says to an error no more is read. */
const MOST_ERROR_BYTES = 2 ** 20;

export type Sign = (request: HttpRequest) => HttpRequest | Promise<HttpRequest>;

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether to repeat the request for an answer. Default `isTransient`. */
  readonly again?: ((answer: HttpAnswer) => boolean) | undefined;
}

/** Sends requests, each with its whole answer, and repeats those that failed for the moment. */
export class Transport {
  private readonly fetch: typeof globalThis.fetch;
  private readonly retries: number;
  private readonly retryDelayMs: number;
  private readonly timeoutMs: number;
  private readonly sign: Sign;
  private readonly redirect: "follow" | "manual";

  /**
   * @param redirect - "manual" for requests that are signed: followed, they would carry keys to whoever is named, and a
   * write answered 303 would be taken for done.
   */
  constructor(options: TransportOptions, sign: Sign, redirect: "follow" | "manual" = "follow") {
    // Browsers refuse a fetch that is called as a method of something else.
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.retries = options.retries ?? 8;
    this.retryDelayMs = options.retryDelayMs ?? 100;
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.sign = sign;
    this.redirect = redirect;
  }

  /** The first answer that is final, or the last one. Throws only the reason of the signal, or what signing throws. */
  async send(request: HttpRequest, options: SendOptions = {}): Promise<HttpAnswer> {
    const { signal, again = isTransient } = options;
    const earlier: number[] = [];
    for (;;) {
      const answer = { ...(await this.attempt(request, signal)), earlier };
      if (earlier.length >= this.retries || !again(answer)) return answer;
      const asked = retryAfterMs(answer.headers, systemClock()) ?? 0;
      if (asked > MOST_RETRY_AFTER_MS) return answer;
      await pause(Math.max(asked, this.backoff(earlier.length)), signal);
      earlier.push(answer.status);
    }
  }

  private backoff(attempt: number): number {
    return jittered(Math.min(MOST_WAIT_MS, this.retryDelayMs * 2 ** attempt));
  }

  private async attempt(
    request: HttpRequest,
    signal: AbortSignal | undefined,
  ): Promise<Omit<HttpAnswer, "earlier">> {
    signal?.throwIfAborted();
    const { method, url, headers = {}, body } = await this.sign(request);
    checkHeaderValues(headers);
    const stop = new AbortController();
    const abort = (): void => stop.abort(signal!.reason);
    signal?.addEventListener("abort", abort, { once: true });
    let timer: ReturnType<typeof setTimeout> | undefined;
    const allow = (ms: number): void => {
      clearTimeout(timer);
      timer = setTimeout(() => stop.abort(new Error("timeout")), ms);
    };
    try {
      allow(this.timeoutMs + (body?.length ?? 0) / 64);
      const response = await this.fetch(url, {
        method,
        headers,
        signal: stop.signal,
        redirect: this.redirect,
        // What is committed must be seen at once, also by browsers that keep answers.
        cache: "no-cache",
        ...(body && { body: body as Uint8Array<ArrayBuffer> }),
      });
      // Browsers hide where a redirect leads to, and that it is one.
      if (response.type === "opaqueredirect") {
        return { status: 307, headers: new Headers(), body: new Uint8Array() };
      }
      return await wholeAnswer(request, response, () => allow(this.timeoutMs));
    } catch (cause) {
      signal?.throwIfAborted();
      const problem = stop.signal.aborted
        ? `the server was silent for ${this.timeoutMs} ms`
        : `the connection failed (${reasonOf(cause)})`;
      return { status: 0, headers: new Headers(), body: new Uint8Array(), problem, cause };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  }
}

async function wholeAnswer(
  { method, maxBytes = Infinity, headers: asked = {} }: HttpRequest,
  response: Response,
  progress: () => void,
): Promise<Omit<HttpAnswer, "earlier">> {
  const { status, headers } = response;
  if (method === "HEAD" || !response.body) return { status, headers, body: new Uint8Array() };
  const chunks: Uint8Array[] = [];
  let size = 0;
  // A body that was compressed on the way has another length than the one named.
  const named = headers.get("content-encoding") === null ? headers.get("content-length") : null;
  const reader = response.body.getReader();
  const tooLarge = (): boolean =>
    status === 200 && (size > maxBytes || (named !== null && Number(named) > maxBytes));
  const most = status === 206 ? rangeSize(asked["range"]) : Infinity;
  for (;;) {
    if (tooLarge()) {
      await reader.cancel().catch(() => {});
      return { status, headers, body: new Uint8Array(), problem: "too large" };
    }
    if (size > most) {
      await reader.cancel().catch(() => {});
      return noAnswer(`the server sent more than the ${most} bytes asked for`);
    }
    if (status >= 300 && size > MOST_ERROR_BYTES) {
      await reader.cancel().catch(() => {});
      return { status, headers, body: concatBytes(chunks) };
    }
    progress();
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
  }
  if (named !== null && Number(named) !== size) {
    return noAnswer(`the body ended after ${size} of ${named} bytes`);
  }
  if (status === 206 && isOtherRange(asked["range"], headers.get("content-range"), size)) {
    const problem = `the server sent ${headers.get("content-range")} for ${asked["range"]}`;
    return noAnswer(problem);
  }
  return { status, headers, body: concatBytes(chunks) };
}

function noAnswer(problem: string): Omit<HttpAnswer, "earlier"> {
  return { status: 0, headers: new Headers(), body: new Uint8Array(), problem };
}

/** The innermost reason: `fetch` says only "fetch failed". */
function reasonOf(error: unknown): string {
  let last = error;
  while (last instanceof Error && last.cause !== undefined) last = last.cause;
  if (!(last instanceof Error)) return String(last);
  const code = (last as { code?: unknown }).code;
  return last.message || (typeof code === "string" ? code : last.name);
}
