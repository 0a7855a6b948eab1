import type { LakeError } from "../../errors.ts";
import { ALL } from "../capabilities.ts";
import { systemClock } from "../clock.ts";
import { createObject } from "../conditional-put.ts";
import type { HttpAnswer } from "../http/answer.ts";
import type { StoreVerb } from "../http/http-errors.ts";
import { modifiedMs, rangeBytes, rangeHeader } from "../http/range.ts";
import { cutParts, onePart } from "../parts.ts";
import { insidePath, joinPath, pathBelow, trimSlashes, wholePrefix } from "../paths.ts";
import { proveConditionalPut } from "../probe.ts";
import type { ObjectAddress, ObjectInfo, ReadOptions, Store, StoreCapabilities } from "../store.ts";
import { S3Connection } from "./connection.ts";
import { keyEncryption, writeEncryption } from "./encryption.ts";
import { listObjects } from "./list.ts";
import { uploadMultipart } from "./multipart.ts";
import { checkS3Options, type S3StoreOptions } from "./options.ts";
import { s3Error, s3Reason } from "./s3-errors.ts";

/** Tells whose an object is after a lost answer. */
const WRITER = "x-amz-meta-lakewright-writer";

/**
 * A bucket of Amazon S3 or a server that speaks its protocol, in Node and in browsers. A commit is a conditional put
 * (`If-None-Match: *`); whether the server honours it is proven before the first.
 *
 * Large objects go up in parts; bodies are signed with their hash. Requests that failed for the moment are repeated, also
 * reads that ended early, and a commit whose answer was lost is looked up. Browsers need CORS rules that allow the methods
 * GET, HEAD, PUT, POST and DELETE and all headers, and expose `ETag`.
 *
 * @throws LakeError LAKE_INVALID_OPTION.
 */
export function s3Store(options: S3StoreOptions): Store {
  checkS3Options(options);
  const prefix = trimSlashes(options.prefix ?? "");
  insidePath(`s3://${options.bucket}`, prefix);
  const shared: Shared = {
    connection: new S3Connection(options),
    bucket: options.bucket,
    origin: prefix,
    proof: options.probe === false ? Promise.resolve() : undefined,
  };
  return new S3Store(shared, prefix);
}

/** What a store and those moved down from it have in common. */
interface Shared {
  readonly connection: S3Connection;
  readonly bucket: string;
  /** The prefix of the first of them. */
  readonly origin: string;
  /** Whether the server keeps the promise of `putIfAbsent`: asked once. */
  proof: Promise<void> | undefined;
}

class S3Store implements Store {
  readonly location: string;
  readonly capabilities: StoreCapabilities = ALL;
  private readonly shared: Shared;
  private readonly root: string;

  constructor(shared: Shared, root: string) {
    this.shared = shared;
    this.root = root;
    this.location = `s3://${joinPath(shared.bucket, root)}`;
  }

  async get(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
    const key = this.key(path);
    const range = rangeHeader(options);
    if (range === "nothing") return new Uint8Array();
    const answer = await this.connection.send({
      method: "GET",
      key,
      headers: { ...this.keyHeaders, ...(range !== undefined && { range }) },
      signal: options.signal,
    });
    if (answer.status === 416) return new Uint8Array();
    if (answer.status !== 200 && answer.status !== 206) throw this.error("read", path, answer);
    return rangeBytes(answer, options);
  }

  async head(path: string): Promise<ObjectInfo | undefined> {
    const headers = this.keyHeaders;
    const answer = await this.connection.send({ method: "HEAD", key: this.key(path), headers });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.error("read", path, answer);
    const named = answer.headers.get("content-length");
    if (named === null) {
      throw this.error("read", path, { ...answer, problem: "the answer names no size" });
    }
    const size = Number(named);
    return { path, size, modifiedMs: modifiedMs(answer.headers, 0) };
  }

  async *list(
    prefix: string,
    options: { readonly after?: string | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    const root = this.root === "" ? "" : `${this.root}/`;
    const asked = insidePath(this.location, wholePrefix(prefix));
    const after = options.after ? root + options.after : undefined;
    for await (const page of listObjects(this.connection, root + asked, after)) {
      if ("status" in page) throw this.error("list", prefix, page);
      for (const { key, size, modifiedMs } of page.objects) {
        const path = key.slice(root.length);
        if (path.startsWith(prefix)) yield { path, size, modifiedMs };
      }
    }
  }

  async put(path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectInfo> {
    const key = this.key(path);
    const cut = await onePart(cutParts(data));
    if ("parts" in cut) {
      const { answer, size, done } = await uploadMultipart(this.connection, key, cut.parts);
      if (!done) throw this.error("write", path, answer);
      return this.written(path, size, answer);
    }
    const headers = writeEncryption(this.connection.sse);
    const answer = await this.connection.send({ method: "PUT", key, headers, body: cut.whole });
    if (answer.status !== 200) throw this.error("write", path, answer);
    return this.written(path, cut.whole.length, answer);
  }

  async putIfAbsent(path: string, data: Uint8Array): Promise<boolean> {
    this.key(path);
    await this.proven(path.slice(0, path.lastIndexOf("/") + 1));
    return createObject(
      {
        put: (body, writer) => this.create(path, body, writer),
        outcome,
        readBack: async () => {
          const key = this.key(path);
          const headers = this.keyHeaders;
          const answer = await this.connection.send({ method: "GET", key, headers });
          if (answer.status === 404) return undefined;
          if (answer.status !== 200) throw this.error("read", path, answer);
          return { writer: answer.headers.get(WRITER) ?? undefined, data: answer.body };
        },
        error: (answer) => this.error("write", path, answer),
      },
      data,
    );
  }

  proveCommits(): Promise<void> {
    return this.proven("_delta_log/");
  }

  async delete(path: string): Promise<void> {
    const answer = await this.connection.send({ method: "DELETE", key: this.key(path) });
    if (answer.status >= 300 && answer.status !== 404) throw this.error("delete", path, answer);
    if (answer.status === 0) throw this.error("delete", path, answer);
  }

  at(path: string): Store {
    const below = insidePath(this.location, trimSlashes(path));
    return new S3Store(this.shared, joinPath(this.root, below));
  }

  resolve(address: string): ObjectAddress | undefined {
    const { bucket, origin } = this.shared;
    const key = /^s3[an]?:\/\/([^/]+)\/(.+)$/.exec(address);
    if (key?.[1] !== bucket) return undefined;
    const path = pathBelow(origin, key[2]!);
    return path === undefined ? undefined : { store: new S3Store(this.shared, origin), path };
  }

  private get connection(): S3Connection {
    return this.shared.connection;
  }

  private get keyHeaders(): Readonly<Record<string, string>> {
    return keyEncryption(this.connection.sse);
  }

  locate(path: string): string {
    return `s3://${joinPath(this.shared.bucket, this.key(path))}`;
  }

  private key(path: string): string {
    return joinPath(this.root, insidePath(this.location, path));
  }

  private create(path: string, body: Uint8Array, writer: string): Promise<HttpAnswer> {
    return this.connection.send({
      method: "PUT",
      key: this.key(path),
      headers: {
        "if-none-match": "*",
        [WRITER]: writer,
        ...writeEncryption(this.connection.sse),
      },
      body,
      repeatFor: ["ConditionalRequestConflict", "OperationAborted"],
    });
  }

  private proven(folder: string): Promise<void> {
    const { shared } = this;
    shared.proof ??= proveConditionalPut(
      {
        endpoint: new URL(this.connection.url).origin,
        location: this.location,
        create: async (path, body) => {
          const answer = await this.create(path, body, "probe");
          if (answer.status === 501 || s3Reason(answer).code === "NotImplemented") {
            return "unsupported";
          }
          const result = outcome(answer);
          if (result === "failed" && answer.status !== 409) throw this.error("write", path, answer);
          return result === "failed" ? "busy" : result;
        },
        remove: (path) => this.delete(path),
      },
      folder,
    ).catch((error: unknown) => {
      // A server that cannot be reached has proven nothing: the next commit asks again.
      shared.proof = undefined;
      throw error;
    });
    return shared.proof;
  }

  /** The answer to a put names no time of the object; the server's clock is near enough. */
  private written(path: string, size: number, { headers }: HttpAnswer): ObjectInfo {
    const at = Date.parse(headers.get("date") ?? "");
    return { path, size, modifiedMs: Number.isNaN(at) ? systemClock() : at };
  }

  private error(verb: StoreVerb, path: string, answer: HttpAnswer): LakeError {
    return s3Error(verb, this.location, path, answer);
  }
}

function outcome({ status }: HttpAnswer): "created" | "exists" | "failed" {
  if (status === 200) return "created";
  return status === 412 ? "exists" : "failed";
}
