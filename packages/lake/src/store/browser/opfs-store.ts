import { LakeError } from "../../errors.ts";
import { ALL } from "../capabilities.ts";
import { insidePath, joinPath, trimSlashes } from "../paths.ts";
import type { ObjectInfo, ReadOptions, Store, StoreCapabilities } from "../store.ts";
import { domError } from "./dom-errors.ts";
import { browser, type BrowserFile, type DirectoryHandle, type FileHandle } from "./handles.ts";

/** Files being written. They are no objects: `list` leaves them out, a closed tab leaves them behind. */
const UNFINISHED = /^\..+\.[0-9a-f-]{36}\.tmp$/;

/**
 * The origin private file system of a browser as a store, on the page and in workers; or a folder the user chose
 * (`showDirectoryPicker`). `putIfAbsent` holds a Web Lock, so that one of all tabs and workers of the site wins; other
 * programs that write to a chosen folder are not kept out.
 *
 * An object is written to a file of its own and moved to its place. Where the browser cannot move (chosen folders in most),
 * it is written in place: a tab that is closed meanwhile leaves an empty file, over which `putIfAbsent` writes again.
 *
 * @param directory where the store begins. Default the root of the origin's file system.
 * @throws LakeError LAKE_INVALID_OPTION where the browser has no such file system or no Web Locks; pages need https.
 */
export function opfsStore(directory?: DirectoryHandle): Store {
  const { storage, locks } = browser.navigator ?? {};
  if (!locks || (!directory && !storage?.getDirectory)) {
    throw new LakeError(
      "LAKE_INVALID_OPTION",
      "opfsStore: this is no browser context with a private file system and Web Locks.",
      { hint: "Serve the page over https or from localhost; in Node use localStore." },
    );
  }
  let root: Promise<DirectoryHandle> | undefined;
  const open = (): Promise<DirectoryHandle> =>
    (root ??= directory ? Promise.resolve(directory) : storage!.getDirectory!());
  return new OpfsStore(open, directory ? `opfs:${directory.name}` : "opfs:", "");
}

class OpfsStore implements Store {
  readonly location: string;
  readonly capabilities: StoreCapabilities = ALL;
  private readonly open: () => Promise<DirectoryHandle>;
  private readonly base: string;
  private readonly root: string;

  constructor(open: () => Promise<DirectoryHandle>, base: string, root: string) {
    this.open = open;
    this.base = base;
    this.root = root;
    this.location = root === "" ? base : `${base}/${root}`.replace(":/", ":");
  }

  async get(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const key = this.key(path);
    try {
      const file = await this.file(key);
      if (!file) throw new DOMException("", "NotFoundError");
      const part = file.slice(options.from ?? 0, options.to ?? file.size);
      const bytes = new Uint8Array(await part.arrayBuffer());
      options.signal?.throwIfAborted();
      return bytes;
    } catch (error) {
      options.signal?.throwIfAborted();
      throw domError("read", this.location, path, error);
    }
  }

  async head(path: string): Promise<ObjectInfo | undefined> {
    const key = this.key(path);
    try {
      const file = await this.file(key);
      return file && infoOf(path, file);
    } catch (error) {
      throw domError("read", this.location, path, error);
    }
  }

  async *list(
    prefix: string,
    options: { readonly after?: string | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    const folder = insidePath(this.location, prefix.slice(0, prefix.lastIndexOf("/") + 1));
    try {
      const directory = await this.directory(joinPath(this.root, trimSlashes(folder)), false);
      if (directory) yield* walk(directory, folder, prefix, options.after ?? "");
    } catch (error) {
      throw domError("list", this.location, prefix, error);
    }
  }

  async put(path: string, data: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectInfo> {
    const key = this.key(path);
    try {
      return infoOf(path, await this.write(key, data));
    } catch (error) {
      throw domError("write", this.location, path, error);
    }
  }

  async putIfAbsent(path: string, data: Uint8Array): Promise<boolean> {
    const key = this.key(path);
    try {
      // By the name alone: however a table was reached, by the root or a handle of its folder, its writers wait for each other.
      const lock = `lakewright ${path.slice(path.lastIndexOf("/") + 1)}`;
      return await browser.navigator!.locks!.request(lock, async () => {
        const there = await this.file(key);
        if (there && (there.size > 0 || data.length === 0)) return false;
        await this.write(key, data);
        return true;
      });
    } catch (error) {
      throw domError("write", this.location, path, error);
    }
  }

  async delete(path: string): Promise<void> {
    const [folder, name] = split(this.key(path));
    try {
      await (await this.directory(folder, false))?.removeEntry(name);
    } catch (error) {
      if (!isMissing(error)) throw domError("delete", this.location, path, error);
    }
  }

  at(path: string): Store {
    const below = insidePath(this.location, trimSlashes(path));
    return new OpfsStore(this.open, this.base, joinPath(this.root, below));
  }

  private key(path: string): string {
    return joinPath(this.root, insidePath(this.location, path));
  }

  private async directory(path: string, create: boolean): Promise<DirectoryHandle | undefined> {
    let directory = await this.open();
    try {
      for (const name of path.split("/").filter((segment) => segment !== "")) {
        directory = await directory.getDirectoryHandle(name, { create });
      }
      return directory;
    } catch (error) {
      if (!create && isMissing(error)) return undefined;
      throw error;
    }
  }

  private async file(key: string): Promise<BrowserFile | undefined> {
    const [folder, name] = split(key);
    try {
      const handle = await (await this.directory(folder, false))?.getFileHandle(name);
      return await handle?.getFile();
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** Writes a file whole and gives it as it is stored. */
  private async write(
    key: string,
    data: Uint8Array | AsyncIterable<Uint8Array>,
  ): Promise<BrowserFile> {
    const [folder, name] = split(key);
    const directory = (await this.directory(folder, true))!;
    const unfinished = `.${name}.${crypto.randomUUID()}.tmp`;
    const handle = await directory.getFileHandle(unfinished, { create: true });
    try {
      if (handle.move) {
        await fill(handle, data);
        await handle.move(name);
        return await (await directory.getFileHandle(name)).getFile();
      }
    } catch (error) {
      await directory.removeEntry(unfinished).catch(() => {});
      throw error;
    }
    await directory.removeEntry(unfinished);
    return fillInPlace(directory, name, data);
  }
}

async function fill(
  handle: FileHandle,
  data: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<void> {
  const writable = await handle.createWritable();
  try {
    for await (const chunk of data instanceof Uint8Array ? [data] : data) {
      await writable.write(chunk as Uint8Array<ArrayBuffer>);
    }
    await writable.close();
  } catch (error) {
    await writable.abort(error).catch(() => {});
    throw error;
  }
}

/** The browser swaps the content when the file is closed; one that was not there before is empty until then. */
async function fillInPlace(
  directory: DirectoryHandle,
  name: string,
  data: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<BrowserFile> {
  const existed = await directory.getFileHandle(name).then(
    () => true,
    () => false,
  );
  const handle = await directory.getFileHandle(name, { create: true });
  try {
    await fill(handle, data);
  } catch (error) {
    if (!existed) await directory.removeEntry(name).catch(() => {});
    throw error;
  }
  return handle.getFile();
}

async function* walk(
  directory: DirectoryHandle,
  folder: string,
  prefix: string,
  after: string,
): AsyncGenerator<ObjectInfo> {
  // A folder sorts as its objects do: with the slash that follows its name.
  const named: { readonly path: string; readonly handle: FileHandle | DirectoryHandle }[] = [];
  for await (const handle of directory.values()) {
    if (UNFINISHED.test(handle.name)) continue;
    named.push({ handle, path: folder + handle.name + (handle.kind === "directory" ? "/" : "") });
  }
  named.sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, handle } of named) {
    if (handle.kind === "directory") {
      const reaches = path.startsWith(prefix) || prefix.startsWith(path);
      if (reaches && (path > after || after.startsWith(path)))
        yield* walk(handle, path, prefix, after);
    } else if (path.startsWith(prefix) && path > after) {
      const file = await handle.getFile().catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
      if (file) yield infoOf(path, file);
    }
  }
}

function infoOf(path: string, file: BrowserFile): ObjectInfo {
  return { path, size: file.size, modifiedMs: file.lastModified };
}

function split(key: string): [folder: string, name: string] {
  const slash = key.lastIndexOf("/");
  return [key.slice(0, Math.max(0, slash)), key.slice(slash + 1)];
}

function isMissing(error: unknown): boolean {
  // A file in the place of a folder: what would be below it is not there.
  return (
    error instanceof DOMException &&
    (error.name === "NotFoundError" || error.name === "TypeMismatchError")
  );
}
