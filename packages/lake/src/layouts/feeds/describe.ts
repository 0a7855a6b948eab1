import type { Table } from "@lakewright/core";
import { isData, openDataset } from "../../dataset/open.ts";
import { parsePartitionDirectory } from "../../delta/data-files/paths.ts";
import { isLakeError } from "../../errors.ts";
import { openParquet } from "../../parquet/reader.ts";
import { inOrder } from "../../store/parallel.ts";
import { randomAccess } from "../../store/random-access.ts";
import type { ObjectInfo, Store } from "../../store/store.ts";
import { openTable } from "../../table/open.ts";
import type { LakeTable } from "../../table/types.ts";
import { openSnapshot } from "../snapshots/open.ts";
import type { Feed, FeedDescription } from "./types.ts";

const AT_ONCE = 8;
const MINUTE_MS = 60_000;

/** Operations that leave the rows as they are. */
const UPKEEP: ReadonlySet<string> = new Set([
  "OPTIMIZE",
  "VACUUM START",
  "VACUUM END",
  "CREATE TABLE",
  "SET TBLPROPERTIES",
  "UNSET TBLPROPERTIES",
  "ADD COLUMNS",
  "CHANGE COLUMN",
  "RENAME COLUMN",
  "ADD CONSTRAINT",
  "DROP CONSTRAINT",
  "UPGRADE PROTOCOL",
]);

type Facts = Omit<FeedDescription, "feed" | "ageMs" | "isLate"> & {
  /** When rows were last changed. */
  readonly dataAt: Date | undefined;
};

/** Looks at the metadata of a feed. */
export async function describeFeed(
  store: Store,
  feed: Feed,
  now: number,
): Promise<FeedDescription> {
  let facts: Facts;
  try {
    facts =
      feed.kind === "delta"
        ? await deltaFacts(store)
        : feed.kind === "table"
          ? await snapshotFacts(store, feed.table)
          : await datasetFacts(store, feed.table);
  } catch (error) {
    if (!isLakeError(error, "LAKE_TABLE_NOT_FOUND")) throw error;
    facts = nothing(feed.table);
  }
  const { dataAt, ...rest } = facts;
  const { freshness } = feed;
  const since = now - (dataAt ?? feed.registered).getTime();
  return {
    feed,
    ...rest,
    ageMs: dataAt && now - dataAt.getTime(),
    isLate: freshness && since > freshness.maxAgeMinutes * MINUTE_MS,
  };
}

function nothing(table: Table | undefined): Facts {
  return {
    exists: false,
    table,
    rows: undefined,
    files: 0,
    bytes: 0,
    partitionBy: [],
    partitions: 0,
    firstModified: undefined,
    lastModified: undefined,
    version: undefined,
    dataAt: undefined,
  };
}

async function deltaFacts(store: Store): Promise<Facts> {
  const table = await openTable(store);
  const files = table.files();
  const known = files.every(({ rows }) => rows !== undefined);
  const partitions = new Set(
    files.map(({ partition }) =>
      table.partitionBy.map((name) => String(partition[name])).join("\0"),
    ),
  );
  return {
    exists: true,
    table: table.table,
    rows: known ? files.reduce((sum, { rows }) => sum + rows!, 0) : undefined,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    partitionBy: table.partitionBy,
    partitions: partitions.size,
    ...modified(files.map((file) => file.modified.getTime())),
    version: table.version,
    dataAt: await lastDataCommit(table),
  };
}

/** The last commit that may have changed rows, of those the log still has. */
async function lastDataCommit(table: LakeTable): Promise<Date | undefined> {
  for (let limit = 16; ; limit *= 4) {
    const commits = await table.history(limit);
    const found = commits.find(({ operation }) => !UPKEEP.has(operation ?? ""));
    if (found || commits.length < limit) return found?.timestamp;
  }
}

async function snapshotFacts(store: Store, table: Table | undefined): Promise<Facts> {
  const snapshot = await openSnapshot(store, { table });
  const files = snapshot.files();
  return {
    exists: true,
    table: snapshot.table,
    rows: snapshot.rows,
    files: files.length,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    partitionBy: [],
    partitions: Math.min(files.length, 1),
    ...modified(files.map((file) => file.modified.getTime())),
    version: BigInt(snapshot.version),
    dataAt: snapshot.created,
  };
}

async function datasetFacts(store: Store, table: Table | undefined): Promise<Facts> {
  const found: ObjectInfo[] = [];
  for await (const info of store.list("")) if (isData(info.path)) found.push(info);
  const dataset = await openDataset(store, table);
  const rowsIn = async ({ path, size }: ObjectInfo): Promise<number> =>
    (await openParquet(randomAccess(store, path, size), { name: path })).rows;
  let rows = 0;
  for await (const count of inOrder(found, AT_ONCE, rowsIn)) rows += count;
  const folders = new Set(found.map(({ path }) => path.split("/").slice(0, -1).join("/")));
  const levels = found[0]?.path.split("/").flatMap((part) => parsePartitionDirectory(part) ?? []);
  const times = modified(found.map(({ modifiedMs }) => modifiedMs));
  return {
    exists: true,
    table: dataset.table,
    rows,
    files: found.length,
    bytes: found.reduce((sum, { size }) => sum + size, 0),
    partitionBy: (levels ?? []).map(({ column }) => column),
    partitions: folders.size,
    ...times,
    version: undefined,
    dataAt: times.lastModified,
  };
}

function modified(times: readonly number[]): Pick<Facts, "firstModified" | "lastModified"> {
  if (times.length === 0) return { firstModified: undefined, lastModified: undefined };
  const [first, last] = times.reduce(
    ([low, high], time) => [Math.min(low, time), Math.max(high, time)],
    [Infinity, -Infinity],
  );
  return { firstModified: new Date(first), lastModified: new Date(last) };
}
