import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Column, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import { type Dimension, dimension, openWarehouse } from "@lakewright/warehouse";
import { expect } from "vitest";

type Value = string | number | boolean | null;
type CaseRow = Readonly<Record<string, Value>>;

export interface Scd2Batch {
  readonly at: string;
  readonly rows: readonly CaseRow[];
  readonly expected?: readonly CaseRow[];
  readonly expectedCount?: number;
  readonly expectedCurrentIds?: readonly number[];
  readonly expectedClosedIds?: readonly number[];
}

/** A case of another tool's tests: batches, and the whole table after each. */
export interface Scd2Case {
  readonly id: string;
  readonly strategy: "check" | "timestamp" | "hash";
  readonly key: readonly string[];
  readonly options: {
    readonly tracked: "all" | readonly string[];
    readonly newKeyFrom: string;
    readonly firstLoadFrom: string;
    readonly deletes: "ignore" | "close" | "tombstone";
    readonly deleteScope: "full" | readonly string[];
    readonly openValue: string | null;
    readonly updatedAt?: string;
  };
  readonly batches: readonly Scd2Batch[];
}

/** The cases of dlt, dbt and SQLMesh; undefined where the data is not there. */
export function scd2Cases(): readonly Scd2Case[] | undefined {
  const path = join(import.meta.dirname, "../../../../shared/data/warehouse/scd2-cases.json");
  if (!existsSync(path)) return undefined;
  return (JSON.parse(readFileSync(path, "utf8")) as { cases: Scd2Case[] }).cases;
}

/** Why a case is not for this package; undefined where it is. */
export function notCovered(given: Scd2Case): string | undefined {
  return given.options.deletes === "tombstone"
    ? "deletes end the version; there are no tombstone rows"
    : undefined;
}

/**
 * Runs a case on an engine: after every batch the table is what the case says, the batch under its name changes nothing,
 * and neither do its rows under another name a microsecond later.
 */
export async function runScd2Case(
  engine: SqlEngine,
  given: Scd2Case,
  schema: string,
): Promise<void> {
  const target = dimensionOf(given);
  const warehouse = await openWarehouse(engine, { target }, { schema });
  const { deletes, deleteScope } = given.options;
  const options =
    deletes === "close"
      ? ({
          deletes,
          maxClosedShare: 1,
          ...(deleteScope === "full" ? {} : { scope: deleteScope }),
        } as const)
      : {};
  for (const [k, batch] of given.batches.entries()) {
    const rows = batch.rows as never[];
    const load = { ...options, at: batch.at };
    expect((await warehouse.load(target, rows, { ...load, loadId: `batch ${k}` })).rejected).toBe(
      0,
    );
    const stored = await storedRows(engine, target, given, schema);
    check(given, batch, stored);

    const again = await warehouse.load(target, rows, { ...load, loadId: `batch ${k}` });
    expect(again.applied).toBe(false);
    const later = BigInt(Date.parse(batch.at)) * 1000n + 1000n;
    const replay = await warehouse.load(target, rows, {
      ...options,
      at: later,
      loadId: `replay ${k}`,
    });
    expect(replay, `replay of batch ${k}`).toMatchObject({ inserted: 0, updated: 0, closed: 0 });
    expect(await storedRows(engine, target, given, schema)).toEqual(stored);
  }
}

function check(given: Scd2Case, batch: Scd2Batch, stored: readonly CaseRow[]): void {
  if (batch.expected) {
    expect(canonical(stored)).toEqual(canonical(batch.expected.map(withMicros)));
  }
  if (batch.expectedCount !== undefined) expect(stored).toHaveLength(batch.expectedCount);
  const open = given.options.openValue === null ? null : micros(given.options.openValue);
  const ids = (rows: readonly CaseRow[]): number[] =>
    [...new Set(rows.map((row) => Number(row["id"])))].sort((a, b) => a - b);
  if (batch.expectedCurrentIds) {
    expect(ids(stored.filter((row) => row["$to"] === open))).toEqual(batch.expectedCurrentIds);
    expect(ids(stored.filter((row) => row["$to"] !== open))).toEqual(batch.expectedClosedIds);
  }
}

function dimensionOf(given: Scd2Case): Dimension {
  const { options, strategy } = given;
  const { updatedAt } = options;
  const rows = given.batches.flatMap((batch) => batch.rows);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = Object.fromEntries(
    names.map((name): [string, Column] => {
      const values = rows.map((row) => row[name] ?? null);
      const base: Column =
        strategy === "timestamp" && name === updatedAt
          ? timestamp("us")
          : values.every((value) => value === null || typeof value === "number")
            ? int64()
            : utf8();
      return [name, values.includes(null) ? nullable(base) : base];
    }),
  );
  const { firstLoadFrom, newKeyFrom } = options;
  return dimension("dim_case", {
    key: given.key,
    versioning: "scd2",
    columns,
    ...(options.tracked === "all" ? {} : { tracked: options.tracked }),
    ...(strategy === "timestamp" ? { updatedAt: updatedAt! } : {}),
    firstVersionFrom:
      firstLoadFrom !== "epoch"
        ? "change"
        : newKeyFrom === "epoch"
          ? "epoch"
          : "epoch-on-first-load",
  });
}

async function storedRows(
  engine: SqlEngine,
  target: Dimension,
  given: Scd2Case,
  schema: string,
): Promise<CaseRow[]> {
  const open = given.options.openValue;
  const rows = await engine
    .query(
      `SELECT * FROM "${schema}"."${target.name}" WHERE "${target.surrogateKey}" > 0 ORDER BY "${target.surrogateKey}"`,
    )
    .rows();
  return rows.map((row) => {
    expect(row["is_current"]).toBe(row["valid_to"] === null);
    const values = target.input.fields.map(({ name, column }): [string, Value] => {
      const value = row[name];
      if (value === null || typeof value === "string") return [name, value];
      return [name, column.type.kind === "timestamp" ? text(value as bigint) : Number(value)];
    });
    return {
      ...Object.fromEntries(values),
      $from: text(row["valid_from"] as bigint),
      $to: row["valid_to"] === null ? micros(open) : text(row["valid_to"] as bigint),
    };
  });
}

/** ISO text with six digits, as the expected rows are brought to. */
function text(value: bigint): string {
  const ms = value / 1000n;
  return new Date(Number(ms))
    .toISOString()
    .replace("Z", `${String(value % 1000n).padStart(3, "0")}Z`);
}

function micros(value: string | null): string | null {
  if (value === null || /\.\d{6}Z$/.test(value)) return value;
  return new Date(value).toISOString().replace("Z", "000Z");
}

/** Instants of an expected row with six digits. */
function withMicros(row: CaseRow): CaseRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === "string" && /^\d{4}-\d\d-\d\dT.*Z$/.test(value) ? micros(value) : value,
    ]),
  );
}

function canonical(rows: readonly CaseRow[]): string[] {
  return rows
    .map((row) =>
      JSON.stringify(Object.entries(withMicros(row)).sort(([a], [b]) => (a < b ? -1 : 1))),
    )
    .sort();
}
