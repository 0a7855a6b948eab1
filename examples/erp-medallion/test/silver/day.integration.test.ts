import { Decimal } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import type { StarTable } from "@lakewright/warehouse";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBronze } from "../../src/bronze/bronze-lake.ts";
import { buildGold } from "../../src/gold/build.ts";
import { buildSilver, type SilverSummary } from "../../src/silver/build.ts";
import { openSilver } from "../../src/silver/open.ts";
import { star } from "../../src/silver/star/star.ts";
import { extractDay, extractTime } from "../../src/source/days.ts";
import { changesOfDay } from "../../src/source/generate/day/changes.ts";
import { generateSource } from "../../src/source/generate/generate.ts";
import { sourceTables, tables as named } from "../../src/source/schema/index.ts";
import { expectSame, goldOf, type Row } from "../support/gold-rows.ts";

const company = { seed: 5, scale: 0.02 };
const at = extractTime(2);

let someItem: unknown;

/** Rows of the source that are other ones on the second day, beside those the generator changes: what look-ups go by. */
const odd: Readonly<Record<string, readonly ((row: Row) => Row | undefined)[]>> = {
  // Towns that are called otherwise, lie elsewhere, outgrow another of their zip code, or are gone.
  ZipCode: [
    (row) => ({ ...row, city: `${String(row["city"])} Neuve` }),
    (row) => ({ ...row, latitude: Number(row["latitude"]) + 1 }),
    (row) => ({ ...row, population: 9_000_000 }),
  ],
  Item: [(row) => ({ ...row, caption: " Renamed  " })],
  Contact: [(row) => ({ ...row, lastName: "Autre" })],
  Colleague: [
    (row) => ({ ...row, baseLatitude: 44 }),
    (row) => ({ ...row, leaveDate: "2026-01-01" }),
  ],
  CustomerProduct: [(row) => ({ ...row, itemId: someItem })],
  PurchaseDocument: [(row) => ({ ...row, realDeliveryDate: "2025-10-24" })],
  StockItem: [(row) => ({ ...row, realStock: 1 })],
};

let folder: string;
let daily: SqlEngine;
let anew: SqlEngine;
let second: SilverSummary;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "day-"));
  let now = extractTime(1);
  const bronze = openBronze(folder, () => now);
  const tables = new Set(Object.values(named).map(({ table }) => table.name));
  const relevant = sourceTables.filter(({ table }) => tables.has(table.name));
  const first = generateSource(company);
  const kept = new Map<string, Row[]>();
  for (const source of relevant) {
    const rows = [...(first.rows.get(source.table.name) ?? [])] as Row[];
    if (source.table.name in odd) kept.set(source.table.name, rows);
    const history = await bronze.history(source);
    await history.record(rows as never, { mode: "snapshot", at: now });
    await history.close();
  }
  daily = duckdb(":memory:");
  const warehouse = await openSilver(daily);
  await buildSilver(bronze, warehouse, { at: now });
  await buildGold(daily, { at: now });

  now = at;
  const changes = changesOfDay(generateSource(company), 2);
  const items = kept.get("Item")!;
  someItem = items[0]!["id"];
  const known = new Set(items.map(({ id }) => id));
  // An item that lines named before it was there.
  const missing = ([...first.rows.get("SaleDocumentLine")!] as Row[]).find(
    ({ itemId }) => itemId != null && !known.has(itemId),
  )!["itemId"];
  items.push({ ...items[0], id: missing });
  for (const source of relevant) {
    const { name } = source.table;
    const { inserted = [], updated = [], deleted = [] } = changes.tables.get(name) ?? {};
    const written = new Map(
      [...inserted, ...updated].map((row) => [String(row[source.key[0]!]), row as Row]),
    );
    const stamp = source.cursor === undefined ? {} : { [source.cursor]: at };
    odd[name]?.forEach((change, k) => {
      // Spread over the table: rows in use are among them.
      const rows = kept.get(name)!;
      if (name === "Item") written.set(String(missing), { ...rows.at(-1)!, ...stamp });
      for (let i = k; i < rows.length; i += Math.ceil(rows.length / 7)) {
        const row = change(rows[i]!);
        if (row) written.set(String(row[source.key[0]!]), { ...row, ...stamp });
      }
    });
    if (written.size > 0) {
      const history = await bronze.history(source);
      await history.record([...written.values()] as never, { mode: "changes", at });
      await history.close();
    }
    if (deleted.length > 0) {
      const history = await bronze.tombstones(source);
      const gone = deleted.map((row) => ({ ...row, ...stamp, _deleted: true }));
      await history.record(gone as never, { mode: "changes", at });
      await history.close();
    }
  }
  second = await buildSilver(bronze, warehouse, { at, changedSince: extractTime(1) });
  await buildGold(daily, { at, changed: second });
  anew = duckdb(":memory:");
  await buildSilver(bronze, await openSilver(anew), { at });
  await buildGold(anew, { at });
}, 240_000);

afterAll(async () => {
  await daily.close();
  await anew.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a day after the first comes to what all days at once come to", () => {
  const loaded = Object.values(star).filter(
    (table) => table.kind === "fact" || !(table.days ?? table.clock),
  );
  it.each(loaded.map((table) => [table.name, table] as const))("%s", async (_, table) => {
    const [there, wanted] = await Promise.all([rowsOf(daily, table), rowsOf(anew, table)]);
    expect(wanted.length).toBeGreaterThan(0);
    expect(there).toEqual(wanted);
  });

  it.each(["silver_quarantine", "silver_dirt", "silver_reconciliation"])("%s", async (name) => {
    const read = (engine: SqlEngine): Promise<Row[]> =>
      engine.query(`SELECT * FROM ${name} ORDER BY ALL`).rows();
    expect(await read(daily)).toEqual(await read(anew));
  });

  it("gold", async () => {
    const today = Number(extractDay(2).replaceAll("-", ""));
    const [there, wanted] = await Promise.all([goldOf(daily), goldOf(anew)]);
    for (const [name, rows] of wanted) {
      const isDaily = name === "inventory_snapshot_daily";
      const found = there.get(name)!.filter((row) => !isDaily || row["date_id"] === today);
      // The turnover is that of the mean stock of all days there are.
      const plain = ({ stock_turnover_ratio: _, ...row }: Row): Row => row;
      expectSame(found.map(plain), rows.map(plain), name);
    }
  });

  it("looks at few rows", () => {
    const rows = new Map(second.reconciliation.map(({ table, current }) => [table, current]));
    const whole = second.tables
      .filter(({ table, read }) => rows.get(table)! > 100 && read > rows.get(table)! / 2)
      .map(({ table }) => table);
    // The stock of the day is that of all items.
    expect(whole).toEqual(["fact_inventory"]);
  });
});

/** What a table of the star says, its references as what they stand for. */
async function rowsOf(engine: SqlEngine, table: StarTable): Promise<Row[]> {
  const columns = (table.kind === "fact" ? table.own : table.input.fields)
    .map(({ name }) => name)
    .filter((name) => name !== "manager_colleague_key");
  const references =
    table.kind === "fact"
      ? table.roles.map(({ column, dimension }) => {
          const { name, surrogateKey, key, days, clock } = dimension;
          if (days ?? clock) return `f.${column} AS ref_${column}`;
          const natural = key.map((part) => `coalesce(d.${part}, '')`).join(` || ' ' || `);
          return `(SELECT ${natural} FROM ${name} d WHERE d.${surrogateKey} = f.${column}) AS ref_${column}`;
        })
      : columns.includes("manager_colleague_id")
        ? [
            "(SELECT d.colleague_id FROM dim_colleague d WHERE d.colleague_key = f.manager_colleague_key) AS manager",
          ]
        : [];
  const where =
    table.kind === "fact"
      ? table.snapshot
        ? `f.snapshot_date = '${extractDay(2)}'`
        : "TRUE"
      : `f.${table.surrogateKey} > 0${table.versioning === "scd2" ? " AND f.is_current" : ""}`;
  const items = [...columns.map((name) => `f.${name}`), ...references].join(", ");
  const rows = await engine
    .query(`SELECT ${items} FROM ${table.name} f WHERE ${where} ORDER BY ALL`)
    .rows();
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [
        name,
        value instanceof Decimal ? value.toString() : value,
      ]),
    ),
  );
}
