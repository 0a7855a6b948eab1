import { existsSync, readFileSync } from "node:fs";
import {
  type Column,
  date,
  decimal,
  defineTable,
  int64,
  naiveTimestamp,
  nullable,
  type Table,
  timestamp,
  utf8,
} from "@lakewright/core";
import { type CheckDefinition, type CheckResult, defineContract } from "@lakewright/quality";
import { createTable } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface SodaFile {
  readonly tables: Readonly<
    Record<string, { name: string; columns: [string, string][]; rows: unknown[][] }>
  >;
  readonly cases: readonly {
    readonly id: string;
    readonly sodacl: string;
    readonly asserts: readonly [string, unknown][];
  }[];
}

const path = new URL("../../../../../shared/data/quality/soda-cases/dev.json", import.meta.url);
const there = existsSync(path);
if (!there) console.warn("Skipped: the published cases of Soda are not on this machine.");
const file: SodaFile = there
  ? (JSON.parse(readFileSync(path, "utf8")) as SodaFile)
  : { tables: {}, cases: [] };

const COLUMNS: Readonly<Record<string, Column>> = {
  text: nullable(utf8()),
  decimal: nullable(decimal(10, 2)),
  integer: nullable(int64()),
  date: nullable(date()),
  timestamp: nullable(naiveTimestamp()),
  timestamp_tz: nullable(timestamp()),
};
const tables = new Map<string, { table: Table; rows: Record<string, unknown>[] }>();
for (const { name, columns, rows } of Object.values(file.tables)) {
  const table = defineTable(
    name,
    Object.fromEntries(columns.map(([column, type]) => [column, COLUMNS[type]!])),
  );
  tables.set(name, {
    table,
    rows: rows.map((row) => Object.fromEntries(columns.map(([column], k) => [column, row[k]]))),
  });
}

type Builder = Record<string, Record<string, (...given: unknown[]) => CheckDefinition>> &
  Record<`$${string}`, (...given: unknown[]) => CheckDefinition>;
type Claim = readonly [
  make: (t: Builder) => CheckDefinition,
  holds: (result: CheckResult) => boolean,
];

const customers = (...values: string[]): Claim => [
  (t) => t["id"]!["oneOf"]!(values),
  (r) => r.failed === 6 && r.evaluated - r.failed === 3,
];
const reference = (column: string): Claim => [
  (t) => t[column]!["references"]!(engine.table("Customers"), "id"),
  (r) => r.passed,
];

/** Cases of one dialect put by hand in ours: the table, and what the asserted outcome says of our counts. */
const TRANSLATED: Readonly<Record<string, readonly [table: string, claims: readonly Claim[]]>> = {
  "soda-738ae87d9ebf": ["Customers", [customers("ID1", "ID2", "ID3")]],
  "soda-f03028d74329": [
    "Customers",
    [
      [(t) => t["cst_size"]!["between"]!({ min: 0 }), (r) => r.failed === 3],
      [(t) => t["cst_size"]!["between"]!({ max: 0 }), (r) => r.failed === 4],
    ],
  ],
  "soda-eacd73b40abb": [
    "Customers",
    [[(t) => t["cat"]!["length"]!({ min: 4, max: 4 }), (r) => r.failed === 2 && r.evaluated === 5]],
  ],
  "soda-87e004a42119": [
    "Customers",
    [
      [(t) => t["cst_size"]!["between"]!({ min: -3, max: 6 }), (r) => r.passed],
      [(t) => t["cst_size"]!["mean"]!({ min: "1.12", max: "1.13" }), (r) => r.passed],
      [(t) => t["cst_size"]!["sum"]!({ min: "7.8", max: "7.9" }), (r) => r.passed],
    ],
  ],
  "soda-6f68e062bd3a": [
    "Customers",
    [[(t) => t["cst_size"]!["stddev"]!({ min: 3.26, max: 3.27 }), (r) => r.passed]],
  ],
  "soda-af9266f1eb38": ["Customers", [[(t) => t["id"]!["notNull"]!(), (r) => r.failed === 1]]],
  "soda-03dc7f8cddef": ["Customers", [[(t) => t["cat"]!["notNull"]!(), (r) => r.passed]]],
  "soda-042acc37724b": [
    "Customers",
    [[(t) => t.$rowCount!({ min: 10, max: 10 }), (r) => r.passed]],
  ],
  "soda-73e08969d049": ["Customers", [[(t) => t["zip"]!["unique"]!(), (r) => r.passed]]],
  "soda-495bbc28c79e": [
    "Customers",
    [[(t) => t["cst_size"]!["between"]!({ min: 0, max: 10 }), (r) => r.passed]],
  ],
  "soda-783b736db506": [
    "Customers",
    [[(t) => t["cst_size"]!["between"]!({ min: -2, max: 5 }), (r) => r.passed]],
  ],
  "soda-950627ce653e": ["Customers", [[(t) => t["cat"]!["format"]!("uuid"), (r) => r.passed]]],
  "soda-36c6fbcb0c86": ["Orders", [reference("customer_id_nok")]],
  "soda-14cd32ab7c95": ["Orders", [reference("customer_id_ok")]],
  "soda-2d9d07c85c85": [
    "Customers",
    [[(t) => t["ts_with_tz"]!["freshness"]!({ maxAgeHours: 24 }), (r) => r.passed]],
  ],
};
const NOW: Readonly<Record<string, Date>> = {
  "soda-2d9d07c85c85": new Date("2020-06-25T01:00:00+01:00"),
};

const engine = duckdb(":memory:");
beforeAll(async () => {
  for (const [name, { table, rows }] of tables) {
    await engine.execute(createTable(engine.dialect, name, table));
    await engine.load(name, table, rows);
  }
});
afterAll(() => engine.close());

describe.skipIf(!there)("the cases of Soda", () => {
  it.each(Object.entries(TRANSLATED))("%s", async (id, [name, claims]) => {
    const soda = file.cases.find((one) => one.id === id)!;
    const { table, rows } = tables.get(name)!;
    const contract = defineContract(table as never, (t) =>
      claims.map(([make]) => make(t as unknown as Builder)),
    );
    const asserted = soda.asserts[0]![0] === "all_checks_pass";
    for (const data of [rows, engine.table(name)]) {
      const run = await contract.check(data as never, { now: NOW[id] ?? 0n });
      claims.forEach(([, holds], k) => {
        const result = run.results[k]!;
        expect({ id: result.id, holds: holds(result) }).toEqual({ id: result.id, holds: asserted });
      });
    }
  });
});
