import { type LakeTable, openTable, type Store } from "@lakewright/lake";
import { digest, rowText } from "./encode-rows.ts";
import type { Expected, ExpectedLatest, ExpectedRows, ExpectedSnapshot } from "./expected.ts";

/** A check of one thing about a table; it throws what is wrong. */
export interface Case {
  readonly name: string;
  /** Whether the package has to refuse with a typed error. */
  readonly refuses?: boolean;
  check(store: Store): Promise<void>;
}

/** The cases of a table, by what is expected of it. */
export function casesOf(expected: Expected): readonly Case[] {
  switch (expected.category) {
    case "must-reject":
      return [{ name: "rejected", refuses: true, check: readAll }];
    case "log-only":
      return [{ name: "snapshot", check: (store) => checkSnapshot(store, expected.snapshot!) }];
    case "read":
      return [
        { name: "latest", check: (store) => checkLatest(store, expected.latest!) },
        ...versionCases(expected),
        ...changeCases(expected),
      ];
    // Without expected content: what can be read is read, and what cannot be is refused.
    default:
      return [{ name: "readable", check: readAll }];
  }
}

function versionCases({ versions = {} }: Expected): readonly Case[] {
  return Object.entries(versions).map(([version, rows]) => {
    const name = `version ${version}`;
    const asOf = { version: BigInt(version) };
    return "error" in rows
      ? { name, refuses: true, check: async (store) => readRows(await openTable(store, { asOf })) }
      : { name, check: async (store) => checkRows(await openTable(store, { asOf }), rows) };
  });
}

function changeCases({ cdf = {} }: Expected): readonly Case[] {
  return Object.entries(cdf).flatMap(([range, rows]): Case[] => {
    const versions = /^(\d+)\.\.(\d+)$/.exec(range);
    if (!versions) return [];
    const name = `changes ${range}`;
    const check = (store: Store): Promise<void> =>
      checkChanges(store, BigInt(versions[1]!), BigInt(versions[2]!), rows as ExpectedRows);
    return ["error" in (rows as object) ? { name, refuses: true, check } : { name, check }];
  });
}

async function checkChanges(
  store: Store,
  from: bigint,
  to: bigint,
  expected: ExpectedRows,
): Promise<void> {
  const { table } = await openTable(store, { asOf: { version: to } });
  const latest = await openTable(store);
  const rows = await latest.changes({ from, to }).rows();
  const texts = rows.map(
    (row) => `[${row._commit_version},"${row._change_type}",${rowText(table, row)}]`,
  );
  same("changes", String(texts.length), String(expected.numRows));
  if (digest(texts) !== expected.sha256) throw new Error("changes differ");
}

async function readAll(store: Store): Promise<void> {
  await readRows(await openTable(store));
}

async function readRows(table: LakeTable): Promise<void> {
  for await (const _ of table.scan());
}

async function checkLatest(store: Store, expected: ExpectedLatest): Promise<void> {
  const table = await openTable(store);
  same("version", String(table.version), String(expected.version));
  same("partition columns", table.partitionBy.join(), expected.partitionColumns.join());
  same("columns", names(table), expected.columns.map(([name]) => name).join());
  same("properties", sorted(table.properties), sorted(expected.configuration));
  same("protocol", sorted(table.protocol), sorted(expected.protocol));
  if (expected.txn) {
    same("transactions", sorted(Object.fromEntries(table.transactions)), sorted(expected.txn));
  }
  await checkRows(table, expected, expected.rows);
}

async function checkRows(
  table: LakeTable,
  expected: ExpectedRows,
  rows?: readonly unknown[],
): Promise<void> {
  if (expected.numFiles !== undefined) {
    same("files", String(table.files().length), String(expected.numFiles));
  }
  const found = (await table.scan().rows()).map((row) => rowText(table.table, row));
  same("rows", String(found.length), String(expected.numRows));
  if (digest(found) === expected.sha256) return;
  const wanted = new Set(rows?.map((row) => canonical(row)));
  const stray = rows && found.find((text) => !wanted.has(canonical(JSON.parse(text))));
  throw new Error(stray ? `row not expected: ${stray.slice(0, 300)}` : "rows differ");
}

async function checkSnapshot(store: Store, expected: ExpectedSnapshot): Promise<void> {
  const table = await openTable(store);
  const { minReaderVersion, minWriterVersion } = table.protocol;
  same("version", String(table.version), String(expected.version));
  same("protocol", `${minReaderVersion}/${minWriterVersion}`, expected.protocol.join("/"));
  const paths = table.files().map((file) => file.path);
  same("files", paths.sort().join("\n"), expected.addPaths.join("\n"));
  same("transactions", sorted(Object.fromEntries(table.transactions)), sorted(expected.txn));
}

function names(table: LakeTable): string {
  return table.table.fields.map((field) => field.name).join();
}

/** JSON with sorted keys, bigint as number, no undefined. */
function sorted(value: object): string {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined && item !== null);
  return JSON.stringify(
    entries
      .map(([key, item]) => [
        key,
        typeof item === "bigint"
          ? Number(item)
          : Array.isArray(item)
            ? [...(item as string[])].sort()
            : (item as unknown),
      ])
      .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );
}

function canonical(value: unknown): string {
  return JSON.stringify(value);
}

function same(what: string, found: string, wanted: string): void {
  if (found !== wanted) {
    throw new Error(`${what}: ${found.slice(0, 200)}, expected ${wanted.slice(0, 200)}`);
  }
}
