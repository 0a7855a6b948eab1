import { showValue } from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import { invalidOption } from "../../options.ts";
import { insidePath, joinPath, trimSlashes } from "../paths.ts";
import { ReadOnlyStore } from "../read-only-store.ts";
import type { ObjectInfo, ReadOptions, Store, StoreCapabilities } from "../store.ts";
import { domError } from "./dom-errors.ts";
import type { BrowserFile, DroppedEntry, DroppedItem } from "./handles.ts";

/**
 * Files of a page's user as a store, to be read: `input.files` of an `<input type="file" webkitdirectory>`, a list of files,
 * or what was dropped, `event.dataTransfer.items` (taken at once: browsers empty that list after the event).
 *
 * Where all files are in one folder, the store begins in it: a table dropped as a folder is opened by `openTable(store)`.
 *
 * @throws LakeError LAKE_INVALID_OPTION for anything else.
 */
export async function filesStore(
  files: ArrayLike<BrowserFile> | ArrayLike<DroppedItem> | ArrayLike<DroppedEntry>,
): Promise<Store> {
  const given = Array.from(files as ArrayLike<BrowserFile | DroppedItem | DroppedEntry>);
  const entries = given.map((one) => ("webkitGetAsEntry" in one ? one.webkitGetAsEntry() : one));
  const found = new Map<string, BrowserFile>();
  for (const entry of entries) {
    if (entry === null) continue;
    if ("fullPath" in entry) await collect(entry, found);
    else if ("slice" in entry) found.set(entry.webkitRelativePath || entry.name, entry);
    else throw invalidOption(`filesStore: ${showValue(entry)} is no file and was not dropped.`);
  }
  const top = commonFolder([...found.keys()]);
  const below = new Map([...found].map(([path, file]) => [path.slice(top.length), file]));
  return new FilesStore(below, `files:${trimSlashes(top)}`, "");
}

class FilesStore extends ReadOnlyStore implements Store {
  readonly location: string;
  readonly capabilities: StoreCapabilities = { write: false, putIfAbsent: false, list: true };
  private readonly files: ReadonlyMap<string, BrowserFile>;
  private readonly base: string;
  private readonly root: string;

  constructor(files: ReadonlyMap<string, BrowserFile>, base: string, root: string) {
    super();
    this.files = files;
    this.base = base;
    this.root = root;
    this.location = root === "" ? base : `${base}/${root}`.replace(":/", ":");
  }

  async get(path: string, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const file = this.file(path);
    if (!file) {
      throw new LakeError(
        "LAKE_STORE_NOT_FOUND",
        `There is no object ${path} in ${this.location}.`,
        { details: { path, location: this.location } },
      );
    }
    try {
      const part = file.slice(options.from ?? 0, options.to ?? file.size);
      return new Uint8Array(await part.arrayBuffer());
    } catch (error) {
      throw domError("read", this.location, path, error);
    }
  }

  async head(path: string): Promise<ObjectInfo | undefined> {
    const file = this.file(path);
    return file && { path, size: file.size, modifiedMs: file.lastModified };
  }

  async *list(
    prefix: string,
    options: { readonly after?: string | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    const root = this.root === "" ? "" : `${this.root}/`;
    const after = options.after ?? "";
    const paths = [...this.files.keys()]
      .filter((key) => key.startsWith(root + prefix))
      .map((key) => key.slice(root.length))
      .sort((a, b) => (a < b ? -1 : 1));
    for (const path of paths) if (path > after) yield (await this.head(path))!;
  }

  at(path: string): Store {
    const below = insidePath(this.location, trimSlashes(path));
    return new FilesStore(this.files, this.base, joinPath(this.root, below));
  }

  private file(path: string): BrowserFile | undefined {
    return this.files.get(joinPath(this.root, insidePath(this.location, path)));
  }
}

async function collect(entry: DroppedEntry, found: Map<string, BrowserFile>): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<BrowserFile>((done, failed) => entry.file!(done, failed));
    found.set(trimSlashes(entry.fullPath), file);
    return;
  }
  const reader = entry.createReader!();
  for (;;) {
    // A hundred at a time, and none at the end.
    const some = await new Promise<readonly DroppedEntry[]>((done, failed) =>
      reader.readEntries(done, failed),
    );
    if (some.length === 0) return;
    for (const below of some) await collect(below, found);
  }
}

/** The folder all paths are in, with a slash at its end; but never the log's or a partition's: a table begins above it. */
function commonFolder(paths: readonly string[]): string {
  const first = paths[0] ?? "";
  const top = first.slice(0, first.indexOf("/") + 1);
  const table = top === "_delta_log/" || top.includes("=");
  return !table && paths.every((path) => path.startsWith(top)) ? top : "";
}
