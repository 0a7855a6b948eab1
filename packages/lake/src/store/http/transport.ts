import { concatBytes } from "../bytes.ts";
import { systemClock } from "../clock.ts";
import { type HttpAnswer, type HttpRequest, isTransient, retryAfterMs } from "./answer.ts";
import type { TransportOptions } from "./options.ts";

const MOST_WAIT_MS = 20_000;
/** A server that asks for more patience is not waited for. */
const MOST_RETRY_AFTER_MS = 60_000;

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

  constructor(options: TransportOptions, sign: Sign) {
    // Browsers refuse a fetch that is called as a method of something else.
    this.fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
    this.retries = options.retries ?? 8;
    this.retryDelayMs = options.retryDelayMs ?? 100;
    this.timeoutMs = options.timeoutMs ?? 30_000;
    this.sign = sign;
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
      await this.pause(Math.max(asked, this.backoff(earlier.length)), signal);
      earlier.push(answer.status);
    }
  }

  /** "Full jitter": any part of the doubled wait, so that writers that failed together do not come back together. */
  private backoff(attempt: number): number {
    const [draw] = crypto.getRandomValues(new Uint32Array(1));
    return Math.min(MOST_WAIT_MS, this.retryDelayMs * 2 ** attempt) * (draw! / 2 ** 32);
  }

  private async pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done, { once: true });
    });
    signal?.throwIfAborted();
  }

  private async attempt(
    request: HttpRequest,
    signal: AbortSignal | undefined,
  ): Promise<Omit<HttpAnswer, "earlier">> {
    signal?.throwIfAborted();
    const { method, url, headers = {}, body } = await this.sign(request);
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
        // What is committed must be seen at once, also by browsers that keep answers.
        cache: "no-cache",
        ...(body && { body: body as Uint8Array<ArrayBuffer> }),
      });
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
  { method, maxBytes = Infinity }: HttpRequest,
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
  for (;;) {
    if (tooLarge()) {
      await reader.cancel().catch(() => {});
      return { status, headers, body: new Uint8Array(), problem: "too large" };
    }
    progress();
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value);
    size += value.length;
  }
  if (named !== null && Number(named) !== size) {
    const problem = `the body ended after ${size} of ${named} bytes`;
    return { status: 0, headers: new Headers(), body: new Uint8Array(), problem };
  }
  return { status, headers, body: concatBytes(chunks) };
}

/** The innermost reason: `fetch` says only "fetch failed". */
function reasonOf(error: unknown): string {
  let last = error;
  while (last instanceof Error && last.cause !== undefined) last = last.cause;
  if (!(last instanceof Error)) return String(last);
  const code = (last as { code?: unknown }).code;
  return last.message || (typeof code === "string" ? code : last.name);
}
