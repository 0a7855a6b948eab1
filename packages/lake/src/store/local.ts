import { randomUUID } from "node:crypto";
import type { Dirent } from "node:fs";
import * as fs from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { showValue } from "@lakewright/core";
import { invalidOption } from "../options.ts";
import { ALL } from "./capabilities.ts";
import { localError } from "./local-errors.ts";
import { insidePath, trimSlashes } from "./paths.ts";
import type { ObjectAddress, ObjectInfo, ReadOptions, Store, StoreCapabilities } from "./store.ts";

/** Files being written. They are no objects: `list` leaves them out, a crash leaves them behind. */
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
        : "Local folders only: mount it, or write a Store for it.",
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

  async put(path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectInfo> {
    const file = this.file(path);
    try {
      const unfinished = await this.writeBeside(file, data);
      try {
        await fs.rm(hadoopChecksum(file), { force: true });
        await fs.rename(unfinished, file);
      } catch (error) {
        await fs.rm(unfinished, { force: true });
        throw error;
      }
      await syncFolder(dirname(file));
      const stat = await fs.stat(file);
      return { path, size: stat.size, modifiedMs: stat.mtimeMs };
    } catch (error) {
      throw localError("write", this.location, path, error);
    }
  }

  async putIfAbsent(path: string, data: Uint8Array): Promise<boolean> {
    const file = this.file(path);
    // The loser of most races is known before it writes and synchronises.
    if (await this.head(path)) return false;
    try {
      const unfinished = await this.writeBeside(file, data);
      try {
        await fs.link(unfinished, file);
      } catch (error) {
        if (codeOf(error) === "EEXIST") return false;
        if (!NO_LINKS.has(codeOf(error))) throw error;
        return await createExclusively(file, data);
      } finally {
        await fs.rm(unfinished, { force: true });
      }
      await syncFolder(dirname(file));
      return true;
    } catch (error) {
      throw localError("write", this.location, path, error);
    }
  }

  async delete(path: string): Promise<void> {
    try {
      await fs.unlink(this.file(path));
      await fs.rm(hadoopChecksum(this.file(path)), { force: true });
    } catch (error) {
      if (!isMissing(error)) throw localError("delete", this.location, path, error);
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

  private async *walk(folder: string, prefix: string, after: string): AsyncGenerator<ObjectInfo> {
    let entries: Dirent[];
    try {
      entries = await fs.readdir(join(this.root, folder), { withFileTypes: true });
    } catch (error) {
      if (isMissing(error)) return;
      throw localError("list", this.location, folder, error);
    }
    // A folder sorts as its objects do: with the slash that follows its name.
    const named = entries
      .filter((entry) => !UNFINISHED.test(entry.name))
      .map((entry) => ({ entry, path: folder + entry.name + (entry.isDirectory() ? "/" : "") }))
      .sort((a, b) => (a.path < b.path ? -1 : 1));
    for (const { entry, path } of named) {
      if (entry.isDirectory()) {
        const reaches = path.startsWith(prefix) || prefix.startsWith(path);
        if (reaches && (path > after || after.startsWith(path)))
          yield* this.walk(path, prefix, after);
      } else if (path.startsWith(prefix) && path > after) {
        const info = await this.head(path);
        if (info) yield info;
      }
    }
  }

  /** Writes and synchronises a file beside the one named, in its folder, and returns its name. */
  private async writeBeside(
    file: string,
    data: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<string> {
    const unfinished = join(dirname(file), `.${basename(file)}.${randomUUID()}.tmp`);
    const open = (): Promise<fs.FileHandle> => fs.open(unfinished, "wx");
    try {
      // The folder is there, but for the first of its files.
      await using handle = await open().catch(async (error: unknown) => {
        if (!isMissing(error)) throw error;
        await makeFolder(dirname(file));
        return open();
      });
      if (data instanceof Uint8Array) await handle.writeFile(data);
      else for await (const chunk of data) await handle.writeFile(chunk);
      await handle.sync();
    } catch (error) {
      await fs.rm(unfinished, { force: true });
      throw error;
    }
    return unfinished;
  }
}

async function createExclusively(file: string, data: Uint8Array): Promise<boolean> {
  let handle: fs.FileHandle;
  try {
    handle = await fs.open(file, "wx");
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await handle.writeFile(data);
    await handle.sync();
  } catch (error) {
    await fs.rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(file));
  return true;
}

/** Creates a folder and those above it; the entries of new ones are synchronised as the files in them will be. */
async function makeFolder(folder: string): Promise<void> {
  const first = await fs.mkdir(folder, { recursive: true }).catch(async (error: unknown) => {
    throw await mkdirReason(folder, error);
  });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}

/** Node says ENOENT where a file system is read-only; making the topmost folder alone tells why it cannot be. */
async function mkdirReason(folder: string, error: unknown): Promise<unknown> {
  if (codeOf(error) !== "ENOENT") return error;
  const exists = (path: string): Promise<boolean> =>
    fs.stat(path).then(
      () => true,
      () => false,
    );
  let top = folder;
  while (top !== dirname(top) && !(await exists(dirname(top)))) top = dirname(top);
  return fs.mkdir(top).then(
    () => error,
    (reason: unknown) => reason,
  );
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its file systems keep names in their own journal.
  if (process.platform === "win32") return;
  await using handle = await fs.open(folder, "r");
  await handle.sync();
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

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}
