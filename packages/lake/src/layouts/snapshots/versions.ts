import { formatSchema, parseSchema } from "../../delta/schema/schema-json.ts";
import { fromDeltaFields, toDeltaFields } from "../../delta/schema/schema.ts";
import type { Table } from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import type { ObjectInfo, Store } from "../../store/store.ts";
import { readJson, toJsonBytes } from "../json-object.ts";

/*
 * version=vN/_claim.json      put where there is none: the number is its writer's
 * version=vN/*.parquet        the rows
 * version=vN/_manifest.json   put last: the version is complete, and these are its files
 *
 * Engines skip names that begin with "_", so `read_parquet('version=v3/*.parquet')` reads a version.
 */
export const CLAIM = "_claim.json";
export const MANIFEST = "_manifest.json";

export const folderOf = (version: number): string => `version=v${version}`;

/** What is in the folder of a version. */
export interface VersionFolder {
  readonly version: number;
  readonly objects: readonly ObjectInfo[];
  readonly isComplete: boolean;
}

/** Every version that was begun, ascending. */
export async function listVersions(store: Store): Promise<VersionFolder[]> {
  const folders = new Map<number, ObjectInfo[]>();
  for await (const info of store.list("version=v")) {
    const number = /^version=v([1-9]\d*)\//.exec(info.path)?.[1];
    if (number === undefined) continue;
    const list = folders.get(Number(number));
    if (list) list.push(info);
    else folders.set(Number(number), [info]);
  }
  return Array.from(folders, ([version, objects]) => ({
    version,
    objects,
    isComplete: objects.some(({ path }) => path === `${folderOf(version)}/${MANIFEST}`),
  })).sort((a, b) => a.version - b.version);
}

export interface Manifest {
  readonly table: Table;
  readonly rows: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Relative to the version's folder. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

export function manifestBytes({ table, ...rest }: Manifest): Uint8Array {
  const schema = formatSchema(toDeltaFields(table));
  return toJsonBytes({ format: 1, name: table.name, schema, ...rest });
}

/** @throws LakeError LAKE_CORRUPT_LOG where it is none. */
export async function readManifest(store: Store, version: number): Promise<Manifest> {
  const path = `${folderOf(version)}/${MANIFEST}`;
  const { format, name, schema, rows, created, files } = await readJson(store, path);
  if (
    format !== 1 ||
    typeof name !== "string" ||
    typeof schema !== "string" ||
    typeof rows !== "number" ||
    typeof created !== "number" ||
    !Array.isArray(files)
  ) {
    throw new LakeError("LAKE_CORRUPT_LOG", `${path} in ${store.location} is no manifest.`, {
      hint: "It was damaged, or a later release wrote it.",
      details: { path },
    });
  }
  const table = fromDeltaFields(name, parseSchema(schema));
  return { table, rows, created, files: files as Manifest["files"] };
}
