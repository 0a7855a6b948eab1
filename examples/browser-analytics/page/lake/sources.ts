import { httpStore, type Store } from "@lakewright/lake";
import { filesStore, opfsStore } from "@lakewright/lake/browser";

/** Where a table comes from. */
export interface Source {
  readonly title: string;
  readonly where: string;
  open(): Promise<Store>;
  /** A better title, known once it is open. */
  titleOf?(store: Store): string | undefined;
}

export const sample: Source = {
  title: "sales",
  where: "the sample, over HTTP",
  open: () => Promise.resolve(httpStore(new URL("./lake/sales/", location.href))),
};

export function droppedFiles(files: Parameters<typeof filesStore>[0]): Source {
  // At once: browsers empty the list of dropped items after the event.
  const store = filesStore(files);
  store.catch(() => {});
  return {
    title: "your files",
    where: "on this machine",
    open: () => store,
    titleOf: ({ location }) => location.replace(/^files:/, "") || undefined,
  };
}

export function browserTable(name: string): Source {
  return {
    title: name,
    where: "kept in this browser",
    open: () => Promise.resolve(tableStore(name)),
  };
}

export function tableStore(name: string): Store {
  return opfsStore().at(`tables/${name}`);
}

/** A table of the private file system. */
export interface KeptTable {
  readonly name: string;
  readonly bytes: number;
  readonly files: number;
}

export async function keptTables(): Promise<KeptTable[]> {
  const tables = new Map<string, KeptTable>();
  for await (const { path, size } of opfsStore().list("tables/")) {
    const name = path.split("/")[1]!;
    const { bytes, files } = tables.get(name) ?? { bytes: 0, files: 0 };
    tables.set(name, { name, bytes: bytes + size, files: files + 1 });
  }
  return [...tables.values()];
}

export async function forgetTable(name: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  const tables = await root.getDirectoryHandle("tables");
  await tables.removeEntry(name, { recursive: true });
}
