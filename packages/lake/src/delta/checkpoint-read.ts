import { toRows } from "@lakewright/core";
import { openParquet } from "../parquet.ts";
import { inOrder } from "../store/parallel.ts";
import { randomAccess } from "../store/random-access.ts";
import type { ObjectInfo, Store } from "../store/store.ts";
import type { Action } from "./actions.ts";
import { parseCommit } from "./commit-json.ts";
import { SIDECARS } from "./log-files.ts";
import { parseAction, type RawAction } from "./parse-action.ts";
import { decodePath, isAbsolute } from "./paths.ts";

const FILES_AT_ONCE = 4;
/** The columns of a checkpoint that are actions this package keeps. */
const COLUMNS: ReadonlySet<string> = new Set([
  "txn",
  "add",
  "remove",
  "metaData",
  "protocol",
  "domainMetadata",
  "sidecar",
]);

/** The actions of a checkpoint in any of its forms, with those of its sidecars, in portions. */
export async function* readCheckpoint(
  store: Store,
  files: readonly ObjectInfo[],
): AsyncGenerator<Action[]> {
  const sidecars: ObjectInfo[] = [];
  for (const file of files) {
    for await (const actions of readActions(store, file)) {
      for (const { sidecar } of actions) {
        if (!sidecar) continue;
        const path = decodePath(sidecar.path);
        sidecars.push({
          path: isAbsolute(path) || path.includes("/") ? path : SIDECARS + path,
          size: sidecar.sizeInBytes,
          modifiedMs: 0,
        });
      }
      yield actions;
    }
  }
  const read = async (file: ObjectInfo): Promise<Action[]> => {
    const all: Action[] = [];
    for await (const actions of readActions(store, file)) all.push(...actions);
    return all;
  };
  yield* inOrder(sidecars, FILES_AT_ONCE, read);
}

async function* readActions(store: Store, file: ObjectInfo): AsyncGenerator<Action[]> {
  if (file.path.endsWith(".json")) {
    yield parseCommit(await store.get(file.path), file.path);
    return;
  }
  const parquet = await openParquet(randomAccess(store, file.path, file.size), {
    name: file.path,
  });
  const columns = parquet.table.fields
    .map((field) => field.name)
    .filter((name) => COLUMNS.has(name));
  for await (const batch of parquet.read({ columns })) {
    const actions: Action[] = [];
    for (const row of toRows(batch)) {
      const action = parseAction(row as RawAction, file.path);
      if (action) actions.push(action);
    }
    yield actions;
  }
}
