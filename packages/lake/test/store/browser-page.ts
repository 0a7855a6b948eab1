/** Runs in a page and in its workers: calls of stores, as the test asks for them in JSON. */
import { createTable, isLakeError, openTable } from "../../src/index.ts";
import { filesStore, opfsStore } from "../../src/browser.ts";
import { s3Store, type S3StoreOptions } from "../../src/s3.ts";
import type { ObjectInfo, Store } from "../../src/store/store.ts";
import { ids, sales, someSales } from "../table/sales.ts";

export interface StoreCall {
  readonly root: string;
  readonly method: "get" | "head" | "list" | "put" | "putIfAbsent" | "delete";
  readonly path: string;
  readonly options?: { readonly from?: number; readonly to?: number; readonly after?: string };
  /** Chunks in base64. */
  readonly data?: readonly string[];
  /** Whether the source breaks behind the last chunk. */
  readonly breaks?: boolean;
  /** Without `move`, as browsers are for folders the user chose. */
  readonly inPlace?: boolean;
}

const decode = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const encode = (bytes: Uint8Array): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));

async function call(request: StoreCall): Promise<unknown> {
  const { root, method, path, options, data = [], breaks, inPlace } = request;
  if (inPlace) {
    delete (globalThis as unknown as { FileSystemFileHandle: { prototype: { move?: unknown } } })
      .FileSystemFileHandle.prototype.move;
  }
  const store = opfsStore().at(root);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (const chunk of data) yield decode(chunk);
    if (breaks) throw new RangeError("source broke");
  }
  switch (method) {
    case "get":
      return encode(await store.get(path, options));
    case "head":
      return (await store.head(path)) ?? null;
    case "list": {
      const infos: ObjectInfo[] = [];
      for await (const info of store.list(path, options)) infos.push(info);
      return infos;
    }
    case "put":
      return store.put(path, chunks());
    case "putIfAbsent":
      return store.putIfAbsent(path, decode(data[0]!));
    case "delete":
      return store.delete(path);
  }
}

async function race(root: string, id: number, rounds: number): Promise<string[]> {
  const store = opfsStore().at(root);
  const won: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const content = new TextEncoder().encode(`racer ${id}, `.repeat(1000));
    if (await store.putIfAbsent(`r${round}`, content)) won.push(`r${round}`);
  }
  return won;
}

async function append(root: string, first: number, appends: number): Promise<string[]> {
  const table = await openTable(opfsStore().at(root));
  const versions: string[] = [];
  for (let k = 0; k < appends; k++) {
    const { version } = await table.append(someSales(2, 2 * (first + k)));
    versions.push(String(version));
  }
  return versions;
}

async function create(root: string): Promise<void> {
  await createTable(opfsStore().at(root), sales, { codec: "none" });
}

async function scan(store: Store): Promise<number[]> {
  return ids(await (await openTable(store)).scan().rows()).map(Number);
}

/** The files of a table as a chosen folder has them, read without the private file system. */
async function scanFiles(root: string, folder: string): Promise<number[]> {
  const store = opfsStore().at(root);
  const files: File[] = [];
  for await (const { path } of store.list("")) {
    const file = new File([(await store.get(path)) as Uint8Array<ArrayBuffer>], path);
    Object.defineProperty(file, "webkitRelativePath", { value: `${folder}/${path}` });
    files.push(file);
  }
  return scan(await filesStore(files));
}

/** A table in a bucket, written and read by the page itself. */
async function bucket(options: S3StoreOptions): Promise<number[]> {
  const store = s3Store(options).at("a table+é");
  const table = await createTable(store, sales, { codec: "none" });
  for (let k = 0; k < 3; k++) await table.append(someSales(2, 2 * k));
  async function* large(): AsyncGenerator<Uint8Array> {
    for (let k = 0; k < 10; k++) yield new Uint8Array(1_000_000).fill(k);
  }
  const { size } = await store.put("large", large());
  const [byte] = await store.get("large", { from: 9_000_000, to: 9_000_001 });
  return [size, byte!, ...(await scan(store))];
}

const verbs: Readonly<Record<string, (...args: never[]) => Promise<unknown>>> = {
  call,
  race,
  append,
  create,
  scan: (root: string) => scan(opfsStore().at(root)),
  scanFiles,
  bucket,
};

export type Answer =
  | { readonly value: unknown }
  | {
      readonly error: {
        readonly code?: string;
        readonly message: string;
        readonly details?: object;
      };
    };

async function ask(verb: string, args: readonly unknown[]): Promise<Answer> {
  try {
    return { value: (await verbs[verb]!(...(args as never[]))) ?? null };
  } catch (error) {
    const { message, name } = error as Error;
    if (!isLakeError(error)) return { error: { message: `${name}: ${message}` } };
    return { error: { code: error.code, message, details: { path: error.details["path"] } } };
  }
}

interface Scope {
  ask?: typeof ask;
  readonly document?: unknown;
  onmessage?: (event: { readonly data: { verb: string; args: unknown[] } }) => void;
  postMessage(message: unknown): void;
}
const scope = globalThis as unknown as Scope;
scope.ask = ask;
if (scope.document === undefined) {
  scope.onmessage = ({ data: { verb, args } }) => {
    void ask(verb, args).then((answer) => scope.postMessage(answer));
  };
}
