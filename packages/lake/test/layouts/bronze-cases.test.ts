/** Histories of other projects (dlt, dbt, SQLMesh), replayed batch by batch. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import {
  type Column,
  defineTable,
  int64,
  nullable,
  type Row,
  timestamp,
  utf8,
} from "@lakewright/core";
import { describe, expect, test } from "vitest";
import { memoryStore, openBronzeHistory } from "../../src/index.ts";

interface Batch {
  readonly at: string;
  readonly rows: readonly Readonly<Record<string, string | number | null>>[];
  readonly expected?: readonly Readonly<Record<string, string | number | null>>[];
  readonly expectedCount?: number;
  readonly expectedCurrentIds?: readonly number[];
  readonly expectedClosedIds?: readonly number[];
}
interface Case {
  readonly id: string;
  readonly strategy: "check" | "hash" | "timestamp";
  readonly key: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly batches: readonly Batch[];
}

const path = resolve("../shared/data/warehouse/scd2-cases.json");
const cases = existsSync(path)
  ? (JSON.parse(readFileSync(path, "utf8")) as { cases: Case[] }).cases
  : [];
if (cases.length === 0)
  console.warn(`SCD2 cases of other projects are skipped: ${path} is missing.`);

/** Why a case asks for something a bronze history does not do; undefined where it fits. */
function misfit({ options }: Case): string | undefined {
  const { newKeyFrom, firstLoadFrom, reopenFrom, deleteScope, openValue } = options;
  if (newKeyFrom === "epoch" || firstLoadFrom === "epoch") return "new keys begin at the epoch";
  if (!["batch", "updated_at"].includes(reopenFrom as string)) return "its own rule for reopening";
  if (deleteScope !== "full") return "deletes within a scope only";
  if (openValue !== null) return "open rows end at a high date";
  return undefined;
}
const fitting = cases.filter((one) => misfit(one) === undefined);
for (const one of cases.filter((other) => !fitting.includes(other))) {
  console.warn(`${one.id} is left out: ${misfit(one)!}.`);
}

const isInstant = (value: unknown): boolean =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
const micros = (text: string): bigint => {
  const [, seconds, fraction = ""] = /^(.*:\d\d)(?:\.(\d+))?Z$/.exec(text)!;
  return BigInt(Date.parse(`${seconds!}Z`)) * 1000n + BigInt(fraction.padEnd(6, "0"));
};

function tableOf(one: Case): ReturnType<typeof defineTable> {
  const rows = one.batches.flatMap((batch) => batch.rows);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const { updatedAt } = one.options;
  const columns: Record<string, Column> = {};
  for (const name of names) {
    const values = rows.map((row) => row[name]).filter((value) => value != null);
    columns[name] = nullable(
      name === updatedAt
        ? timestamp("us")
        : values.every((value) => typeof value === "number")
          ? int64()
          : utf8(),
    ) as Column;
  }
  return defineTable("source", columns);
}

describe.skipIf(fitting.length === 0)("a bronze history agrees with", () => {
  test.each(fitting.map((one) => [one.id, one] as const))("%s", async (_, one) => {
    const { options } = one;
    const updatedAt = options["updatedAt"] as string | undefined;
    const table = tableOf(one);
    const history = await openBronzeHistory(memoryStore(), table, {
      key: one.key,
      source: { system: "test", table: one.id },
      changedAt: updatedAt,
      compare: options["tracked"] === "all" ? undefined : (options["tracked"] as string[]),
    });
    const stamped = (value: unknown): unknown =>
      isInstant(value) ? micros(value as string) : value;
    const keepsTombstones = options["deletes"] === "tombstone";
    let asked = 0;
    for (const batch of one.batches) {
      const rows = batch.rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([name, value]) => [
            name,
            name === updatedAt ? stamped(value) : value,
          ]),
        ),
      );
      await history.record(rows, {
        mode: options["deletes"] === "ignore" ? "changes" : "snapshot",
        at: micros(batch.at),
        maxDeletedShare: 1,
      });
      const all = (await history.table.scan().rows()) as (Row<typeof table> &
        Record<string, unknown>)[];
      const versions = all.filter((row) => keepsTombstones || row["_bronze_is_deleted"] === false);
      if (batch.expectedCount !== undefined) expect(versions).toHaveLength(batch.expectedCount);
      const current = versions.filter((row) => row["_bronze_valid_to"] === null);
      const closed = versions.filter((row) => row["_bronze_valid_to"] !== null);
      const idsOf = (some: readonly Record<string, unknown>[]): number[] =>
        some.map((row) => Number(row["id"])).sort((a, b) => a - b);
      const sorted = (ids: readonly number[]): number[] => [...ids].sort((a, b) => a - b);
      if (batch.expectedCurrentIds)
        expect(idsOf(current)).toEqual(sorted(batch.expectedCurrentIds));
      if (batch.expectedClosedIds) expect(idsOf(closed)).toEqual(sorted(batch.expectedClosedIds));
      if (!batch.expected) continue;
      asked++;
      const names = Object.keys(table.columns);
      const told = versions.map((row) => ({
        ...Object.fromEntries(names.map((name) => [name, row[name] ?? null])),
        $from: row["_bronze_valid_from"],
        $to: row["_bronze_valid_to"],
        ...(keepsTombstones && { $deleted: row["_bronze_is_deleted"] }),
      }));
      const wanted = batch.expected.map((row) => ({
        ...Object.fromEntries(
          names.map((name) => {
            const value = row[name] ?? null;
            if (name === updatedAt) return [name, stamped(value)];
            return [name, typeof value === "number" ? BigInt(value) : value];
          }),
        ),
        $from: stamped(row["$from"]),
        $to: stamped(row["$to"]),
        ...(keepsTombstones && { $deleted: row["$deleted"] }),
      }));
      const text = (row: object): string =>
        JSON.stringify(row, (__, value: unknown) =>
          typeof value === "bigint" ? `${value}` : value,
        );
      expect(told.map(text).sort()).toEqual(wanted.map(text).sort());
    }
    expect(
      asked + one.batches.filter((batch) => Object.keys(batch).length > 2).length,
    ).toBeGreaterThan(0);
  });
});
