import { showValue } from "@lakewright/core";
import { isLakeError, LakeError } from "../../errors.ts";
import { checkOptions, isObject, isPositiveInteger } from "../../options.ts";
import { insidePath, joinPath, trimSlashes } from "../paths.ts";
import { ReadOnlyStore } from "../read-only-store.ts";
import type { ObjectInfo, ReadOptions, Store, StoreCapabilities } from "../store.ts";
import type { HttpAnswer } from "./answer.ts";
import { httpError } from "./http-errors.ts";
import { listLogByNames } from "./log-listing.ts";
import { checkAddress, checkHeaders, type HttpStoreOptions, transportChecks } from "./options.ts";
import { encodePath, modifiedMs, rangeBytes, rangeHeader, sizeOfWhole } from "./range.ts";
import { Transport } from "./transport.ts";

const LOG = "_delta_log/";
const MAX_WHOLE_BYTES = 64 * 2 ** 20;

/**
 * Files behind a web address, to be read: a folder on any server that serves files, by ranges. There is no listing over
 * HTTP, so a table's log is found by its names: `_last_checkpoint`, then version after version. Datasets without a log
 * cannot be opened.
 *
 * A page of another origin needs CORS headers that allow `Range` and expose `Content-Range` and `Content-Length`.
 *
 * @throws LakeError LAKE_INVALID_OPTION.
 */
export function httpStore(url: string | URL, options: HttpStoreOptions = {}): Store {
  const address = String(url);
  checkAddress("httpStore: the address", address, "In a page, give new URL(path, location.href).");
  const { headers, ...shown } = options;
  checkOptions("httpStore", shown, {
    ...transportChecks,
    maxWholeBytes: isPositiveInteger,
    // Named here for the list of options; what they hold is checked below and never shown.
    headers: isObject,
  });
  checkHeaders("httpStore", headers);
  const transport = new Transport(options, (request) => ({
    ...request,
    headers: { ...headers, ...request.headers },
  }));
  const root = address.replace(/\/+$/, "");
  const shared: Shared = {
    transport,
    maxWholeBytes: options.maxWholeBytes ?? MAX_WHOLE_BYTES,
    whole: undefined,
  };
  return new HttpStore(shared, root, "");
}

interface Shared {
  readonly transport: Transport;
  readonly maxWholeBytes: number;
  /** The object a server without ranges sent last. */
  whole: { readonly url: string; readonly answer: HttpAnswer } | undefined;
}

class HttpStore extends ReadOnlyStore implements Store {
  readonly location: string;
  readonly capabilities: StoreCapabilities = { write: false, putIfAbsent: false, list: false };
  private readonly shared: Shared;
  private readonly base: string;
  private readonly root: string;

  constructor(shared: Shared, base: string, root: string) {
    super();
    this.shared = shared;
    this.base = base;
    this.root = root;
    this.location = joinPath(base, encodePath(root));
  }

  async get(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
    const url = this.url(path);
    const range = rangeHeader(options);
    if (range === "nothing") return new Uint8Array();
    if (this.shared.whole?.url === url) return rangeBytes(this.shared.whole.answer, options);
    const answer = await this.shared.transport.send(
      {
        method: "GET",
        url,
        // Bytes of a compressed answer could not be counted. Browsers ask for it by themselves with every range.
        headers: range === undefined ? {} : { range, "accept-encoding": "identity" },
        ...(range !== undefined && { maxBytes: this.shared.maxWholeBytes }),
      },
      { signal: options.signal },
    );
    if (answer.status === 416) return new Uint8Array();
    if (answer.problem === "too large") throw this.noRanges(path);
    if (answer.status !== 200 && answer.status !== 206) throw this.error("read", path, answer);
    if (range !== undefined && answer.status === 200) this.shared.whole = { url, answer };
    return rangeBytes(answer, options);
  }

  async head(path: string): Promise<ObjectInfo | undefined> {
    const found = await this.look(path);
    return found && { path, ...found };
  }

  async *list(
    prefix: string,
    options: { readonly after?: string | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    const at = prefix.lastIndexOf(LOG);
    const isLog = at === 0 || prefix[at - 1] === "/";
    if (at < 0 || !isLog || prefix.slice(at + LOG.length).includes("/")) {
      throw new LakeError(
        "LAKE_STORE_FAILED",
        `Could not list ${showValue(prefix)} in ${this.location}: HTTP has no listing.`,
        {
          hint: "Tables with a Delta log can be opened; for folders of Parquet files use a store that lists.",
          details: { path: prefix, location: this.location },
        },
      );
    }
    const log = prefix.slice(0, at + LOG.length);
    const after = options.after ?? "";
    let found = false;
    let refused: LakeError | undefined;
    const infos = listLogByNames(
      {
        last: async () => {
          const answer = await this.send("GET", `${log}_last_checkpoint`);
          return answer.status === 200 ? new TextDecoder().decode(answer.body) : undefined;
        },
        look: async (name) => {
          try {
            const info = await this.look(log + name, true);
            return info && { path: log + name, ...info };
          } catch (error) {
            // Some servers say 403 of what does not exist: a bucket nobody may list does.
            if (!isLakeError(error, "LAKE_STORE_PERMISSION")) throw error;
            refused = error;
            return undefined;
          }
        },
      },
      after.startsWith(log) ? after.slice(log.length) : "",
    );
    for await (const info of infos) {
      found = true;
      if (info.path.startsWith(prefix) && info.path > after) yield info;
    }
    if (!found && refused) throw refused;
  }

  at(path: string): Store {
    const below = insidePath(this.location, trimSlashes(path));
    return new HttpStore(this.shared, this.base, joinPath(this.root, below));
  }

  /**
   * Size and time of an object. With `strict` a page of HTML is no object: servers of web applications answer with one for
   * every path there is not.
   */
  private async look(path: string, strict = false): Promise<Omit<ObjectInfo, "path"> | undefined> {
    let answer = await this.send("HEAD", path);
    const named = answer.headers.get("content-length");
    const whole = answer.headers.get("content-encoding") === null;
    const unusable = answer.status === 200 && (named === null || !whole);
    // Some servers do not do HEAD, some name no size in it: one byte tells.
    const noHead = answer.status === 405 || answer.status === 501 || unusable;
    if (noHead) {
      answer = await this.send("GET", path, {
        range: "bytes=0-0",
        "accept-encoding": "identity",
      });
    }
    if (answer.status === 404 || answer.status === 410) return undefined;
    if (noHead && answer.status === 416) return { size: 0, modifiedMs: 0 };
    if (answer.status !== 200 && answer.status !== 206) throw this.error("read", path, answer);
    if (strict && answer.headers.get("content-type")?.startsWith("text/html")) return undefined;
    const size = noHead ? (sizeOfWhole(answer.headers) ?? answer.body.length) : Number(named);
    return { size, modifiedMs: modifiedMs(answer.headers, 0) };
  }

  private send(
    method: "GET" | "HEAD",
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    return this.shared.transport.send({ method, url: this.url(path), headers });
  }

  locate(path: string): string {
    return this.url(path);
  }

  private url(path: string): string {
    return joinPath(this.base, encodePath(joinPath(this.root, insidePath(this.location, path))));
  }

  private error(verb: "read", path: string, answer: HttpAnswer): LakeError {
    return httpError(verb, this.location, path, answer);
  }

  private noRanges(path: string): LakeError {
    return new LakeError(
      "LAKE_STORE_FAILED",
      `The server of ${this.location} ignores ranges, and ${path} is larger than ${this.shared.maxWholeBytes} bytes.`,
      {
        hint: "Serve the files with a server that answers Range requests, or raise maxWholeBytes.",
        details: { path, location: this.location },
      },
    );
  }
}
