import type { LakeError } from "../../errors.ts";
import { ALL } from "../capabilities.ts";
import { createObject } from "../conditional-put.ts";
import type { HttpAnswer } from "../http/answer.ts";
import type { StoreVerb } from "../http/http-errors.ts";
import { modifiedMs, rangeBytes, rangeHeader } from "../http/range.ts";
import { cutParts, onePart } from "../parts.ts";
import { insidePath, joinPath, pathBelow, trimSlashes, wholePrefix } from "../paths.ts";
import { proveConditionalPut } from "../probe.ts";
import type { ObjectAddress, ObjectInfo, ReadOptions, Store, StoreCapabilities } from "../store.ts";
import { azureError } from "./azure-errors.ts";
import { uploadBlocks } from "./blocks.ts";
import { AzureConnection } from "./connection.ts";
import { listBlobs } from "./list.ts";
import { type AzureStoreOptions, checkAzureOptions } from "./options.ts";

/** Tells whose a blob is after a lost answer. */
const WRITER = "x-ms-meta-lakewright_writer";

/**
 * A container of Azure Blob Storage or Data Lake Storage Gen2, in Node and in browsers. A commit is a conditional put
 * (`If-None-Match: *`); whether the server honours it is proven before the first.
 *
 * Large blobs go up in blocks. Requests that failed for the moment are repeated, also reads that ended early, and a commit
 * whose answer was lost is looked up.
 *
 * @throws LakeError LAKE_INVALID_OPTION.
 */
export function azureStore(options: AzureStoreOptions): Store {
  checkAzureOptions(options);
  const prefix = trimSlashes(options.prefix ?? "");
  insidePath(options.container, prefix);
  const shared: Shared = {
    connection: new AzureConnection(options),
    account: options.account,
    container: options.container,
    origin: prefix,
    proof: options.probe === false ? Promise.resolve() : undefined,
  };
  return new AzureStore(shared, prefix);
}

/** What a store and those moved down from it have in common. */
interface Shared {
  readonly connection: AzureConnection;
  readonly account: string;
  readonly container: string;
  /** The prefix of the first of them. */
  readonly origin: string;
  /** Whether the server keeps the promise of `putIfAbsent`: asked once. */
  proof: Promise<void> | undefined;
}

class AzureStore implements Store {
  readonly location: string;
  readonly capabilities: StoreCapabilities = ALL;
  private readonly shared: Shared;
  private readonly root: string;

  constructor(shared: Shared, root: string) {
    this.shared = shared;
    this.root = root;
    const { account, container } = shared;
    this.location = `abfss://${container}@${account}.dfs.core.windows.net/${root}`;
  }

  async get(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
    const range = rangeHeader(options);
    const name = this.name(path);
    if (range === "nothing") return new Uint8Array();
    const answer = await this.connection.send({
      method: "GET",
      name,
      headers: range === undefined ? {} : { range },
      content: "read",
      signal: options.signal,
    });
    if (answer.status === 416) return new Uint8Array();
    if (answer.status !== 200 && answer.status !== 206) throw this.error("read", path, answer);
    return rangeBytes(answer, options);
  }

  async head(path: string): Promise<ObjectInfo | undefined> {
    const name = this.name(path);
    const answer = await this.connection.send({ method: "HEAD", name, content: "read" });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.error("read", path, answer);
    if (answer.headers.get("x-ms-resource-type") === "directory") return undefined;
    const size = Number(answer.headers.get("content-length"));
    return { path, size, modifiedMs: modifiedMs(answer.headers, 0) };
  }

  async *list(
    prefix: string,
    options: { readonly after?: string | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    const root = this.root === "" ? "" : `${this.root}/`;
    const after = options.after ?? "";
    const asked = insidePath(this.location, wholePrefix(prefix));
    for await (const page of listBlobs(this.connection, root + asked)) {
      if ("status" in page) throw this.error("list", prefix, page);
      for (const { name, size, modifiedMs } of page.blobs) {
        const path = name.slice(root.length);
        if (path.startsWith(prefix) && path > after) yield { path, size, modifiedMs };
      }
    }
  }

  async put(path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectInfo> {
    const name = this.name(path);
    const cut = await onePart(cutParts(data));
    const { answer, size } =
      "parts" in cut
        ? await uploadBlocks(this.connection, name, cut.parts)
        : { answer: await this.putBlob(name, cut.whole), size: cut.whole.length };
    if (answer.status !== 201) throw this.error("write", path, answer);
    return { path, size, modifiedMs: modifiedMs(answer.headers, 0) };
  }

  async putIfAbsent(path: string, data: Uint8Array): Promise<boolean> {
    const name = this.name(path);
    await this.proven(path.slice(0, path.lastIndexOf("/") + 1));
    return createObject(
      {
        put: (body, writer) => this.create(name, body, writer),
        outcome,
        readBack: async () => {
          const answer = await this.connection.send({ method: "GET", name, content: "read" });
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
    const answer = await this.connection.send({ method: "DELETE", name: this.name(path) });
    if (answer.status !== 202 && answer.status !== 404) throw this.error("delete", path, answer);
  }

  at(path: string): Store {
    const below = insidePath(this.location, trimSlashes(path));
    return new AzureStore(this.shared, joinPath(this.root, below));
  }

  resolve(address: string): ObjectAddress | undefined {
    const { account, container, origin } = this.shared;
    const named =
      /^(?:abfss?|wasbs?):\/\/([^@/]+)@([^./]+)\.[^/]+\/(.+)$/.exec(address) ??
      /^https:\/\/(?<account>[^./]+)\.(?:blob|dfs)\.[^/]+\/(?<container>[^/]+)\/(.+)$/.exec(
        address,
      );
    const where = named?.groups ?? { container: named?.[1], account: named?.[2] };
    if (!named || where["container"] !== container || where["account"] !== account) {
      return undefined;
    }
    const path = pathBelow(origin, named[3]!);
    return path === undefined ? undefined : { store: new AzureStore(this.shared, origin), path };
  }

  private get connection(): AzureConnection {
    return this.shared.connection;
  }

  private name(path: string): string {
    return joinPath(this.root, insidePath(this.location, path));
  }

  private putBlob(
    name: string,
    body: Uint8Array,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> {
    return this.connection.send({
      method: "PUT",
      name,
      headers: { "x-ms-blob-type": "BlockBlob", ...headers },
      content: "write",
      body,
    });
  }

  private create(name: string, body: Uint8Array, writer: string): Promise<HttpAnswer> {
    return this.putBlob(name, body, { "if-none-match": "*", [WRITER]: writer });
  }

  private proven(folder: string): Promise<void> {
    const { shared } = this;
    shared.proof ??= proveConditionalPut(
      {
        endpoint: new URL(this.connection.url).origin,
        location: this.location,
        create: async (path, body) => {
          const answer = await this.create(this.name(path), body, "probe");
          if (answer.status === 501) return "unsupported";
          const result = outcome(answer);
          if (result === "failed") throw this.error("write", path, answer);
          return result;
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

  private error(verb: StoreVerb, path: string, answer: HttpAnswer): LakeError {
    return azureError(verb, this.location, path, answer);
  }
}

/** A blob that exists is a conflict (409 BlobAlreadyExists), by some versions a condition not met (412). */
function outcome({ status, headers }: HttpAnswer): "created" | "exists" | "failed" {
  if (status === 201) return "created";
  const code = headers.get("x-ms-error-code");
  const exists = status === 409 && (code === null || code === "BlobAlreadyExists");
  return exists || status === 412 ? "exists" : "failed";
}
