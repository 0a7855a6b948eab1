import type { Dirent } from "node:fs";
import * as fs from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { showValue } from "@lakewright/core";
import { invalidOption } from "../options.ts";
import { ALL } from "./capabilities.ts";
import { localError } from "./local-errors.ts";
import {
  codeOf,
  createExclusively,
  FolderEntries,
  isMissing,
  removeFile,
  writeDraft,
} from "./local-write.ts";
import { insidePath, trimSlashes } from "./paths.ts";
import type { ObjectAddress, ObjectInfo, ReadOptions, Store, StoreCapabilities } from "./store.ts";

/** Files being written. They are no objects: `list` leaves them out, a crash leaves them behind as `leftovers`. */
const UNFINISHED = /^\..+\.[0-9a-f-]{36}\.tmp$/;
/** What file systems without hard links answer to `link`. */
const NO_LINKS = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

/**
 * A folder as a store. An object is written beside its place, synchronised to the disk, then moved there, so that a
 * crash leaves the old one or the new one; `putIfAbsent` links instead, which the file system refuses to the second.
 * A file system without hard links (exFAT, some network shares) gets exclusive creation, where a crash may leave a
 * part of a commit.
 *
 * Spark's local log store locks within one JVM only: do not let it write to a table this store writes to.
 *
 * @throws LakeError LAKE_INVALID_OPTION for what is no path of a folder, such as an address of another store.
 */
export function localStore(path: string): Store {
  checkFolder(path);
  const root = resolve(path);
  return new LocalStore(root, root, path);
}

function checkFolder(path: unknown): void {
  const shown = showValue(path);
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw invalidOption(
      `localStore: the path is ${shown}.`,
      'Give the path of a folder: "./lake".',
    );
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    throw invalidOption(
      `localStore: ${shown} is an address, not the path of a folder.`,
      path.startsWith("file:")
        ? "Give fileURLToPath(…) of it."
        : "Buckets have stores of their own: s3Store of @lakewright/lake/s3, azureStore of @lakewright/lake/azure; the web has httpStore.",
    );
  }
}

class LocalStore implements Store {
  readonly location: string;
  readonly capabilities: StoreCapabilities = ALL;
  private readonly origin: string;
  private readonly root: string;

  constructor(origin: string, root: string, location: string) {
    this.origin = origin;
    this.root = root;
    this.location = location;
  }

  async get(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const file = this.file(path);
    try {
      if (options.from === undefined && options.to === undefined) {
        const bytes = await fs.readFile(file, { signal: options.signal });
        // A plain array, of the same memory unless that is Node's pool.
        const { buffer } = bytes;
        return buffer.byteLength === bytes.length ? new Uint8Array(buffer) : new Uint8Array(bytes);
      }
      await using handle = await fs.open(file, "r");
      const from = options.from ?? 0;
      const to = Math.min(options.to ?? Infinity, (await handle.stat()).size);
      const bytes = new Uint8Array(Math.max(0, to - from));
      let filled = 0;
      while (filled < bytes.length) {
        const { bytesRead } = await handle.read(
          bytes,
          filled,
          bytes.length - filled,
          from + filled,
        );
        if (bytesRead === 0) return bytes.subarray(0, filled);
        filled += bytesRead;
      }
      return bytes;
    } catch (error) {
      options.signal?.throwIfAborted();
      throw localError("read", this.location, path, error);
    }
  }

  async head(path: string): Promise<ObjectInfo | undefined> {
    try {
      const stat = await fs.stat(this.file(path));
      return stat.isFile() ? { path, size: stat.size, modifiedMs: stat.mtimeMs } : undefined;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw localError("read", this.location, path, error);
    }
  }

  async *list(
    prefix: string,
    options: { readonly after?: string | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    yield* this.walk(insidePath(this.location, folder), prefix, options.after ?? "");
  }

  leftovers(): AsyncGenerator<ObjectInfo> {
    return this.walk("", "", "", true);
  }

  async put(path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectInfo> {
    const file = this.file(path);
    const entries = new FolderEntries(dirname(file));
    try {
      const { path: draft, size, modifiedMs } = await writeDraft(file, data);
      try {
        await removeFile(hadoopChecksum(file));
        await fs.rename(draft, file);
      } catch (error) {
        await removeFile(draft);
        throw error;
      }
      await entries.sync();
      return { path, size, modifiedMs };
    } catch (error) {
      throw localError("write", this.location, path, error);
    } finally {
      entries.release();
    }
  }

  async putIfAbsent(path: string, data: Uint8Array): Promise<boolean> {
    const file = this.file(path);
    const entries = new FolderEntries(dirname(file));
    try {
      // The loser of most races is known before it writes and synchronises.
      if (await this.head(path)) return false;
      const draft = await writeDraft(file, data);
      const isFirst = await linked(draft.path, file).catch(async (error: unknown) => {
        await removeFile(draft.path);
        throw error;
      });
      // What is left beside it is no object, and gone or not after a crash.
      await Promise.all([removeFile(draft.path), isFirst ? entries.sync() : undefined]);
      if (isFirst !== undefined) return isFirst;
      if (!(await createExclusively(file, data))) return false;
      await entries.sync();
      return true;
    } catch (error) {
      throw localError("write", this.location, path, error);
    } finally {
      entries.release();
    }
  }

  async delete(path: string): Promise<void> {
    try {
      await removeFile(this.file(path));
      await removeFile(hadoopChecksum(this.file(path)));
    } catch (error) {
      throw localError("delete", this.location, path, error);
    }
  }

  at(path: string): Store {
    const below = insidePath(this.location, trimSlashes(path));
    return new LocalStore(this.origin, join(this.root, below), join(this.location, below));
  }

  resolve(address: string): ObjectAddress | undefined {
    const file = address.startsWith("/") ? address : fromFileUri(address);
    if (file === undefined) return undefined;
    const path = relative(this.origin, file).split(sep).join("/");
    if (path === "" || path === ".." || path.startsWith("../")) return undefined;
    return { store: new LocalStore(this.origin, this.origin, this.origin), path };
  }

  locate(path: string): string {
    return this.file(path);
  }

  private file(path: string): string {
    return join(this.root, insidePath(this.location, path));
  }

  private async *walk(
    folder: string,
    prefix: string,
    after: string,
    unfinished = false,
  ): AsyncGenerator<ObjectInfo> {
    let entries: Dirent[];
    try {
      entries = await fs.readdir(join(this.root, folder), { withFileTypes: true });
    } catch (error) {
      if (isMissing(error)) return;
      throw localError("list", this.location, folder, error);
    }
    // A folder sorts as its objects do: with the slash that follows its name.
    const named = entries
      .filter((entry) =>
        unfinished
          ? entry.isDirectory() || UNFINISHED.test(entry.name)
          : !UNFINISHED.test(entry.name),
      )
      .map((entry) => ({ entry, path: folder + entry.name + (entry.isDirectory() ? "/" : "") }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const { entry, path } of named) {
      if (entry.isDirectory()) {
        const reaches = path.startsWith(prefix) || prefix.startsWith(path);
        if (reaches && (path > after || after.startsWith(path)))
          yield* this.walk(path, prefix, after, unfinished);
      } else if (path.startsWith(prefix) && path > after) {
        const info = await this.head(path);
        if (info) yield info;
      }
    }
  }
}

/** Links a file to a second name: false where that is taken, undefined where the file system has no links. */
async function linked(file: string, name: string): Promise<boolean | undefined> {
  try {
    await fs.link(file, name);
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    if (NO_LINKS.has(codeOf(error))) return undefined;
    throw error;
  }
}

/**
 * The checksum Hadoop keeps beside a file it writes to a local disk. Beside other bytes it would have Spark refuse them.
 */
function hadoopChecksum(file: string): string {
  return join(dirname(file), `.${basename(file)}.crc`);
}

function fromFileUri(uri: string): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    return fileURLToPath(uri);
  } catch {
    return undefined;
  }
}
