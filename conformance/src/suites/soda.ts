import {
  type Column,
  date,
  decimal,
  defineTable,
  int64,
  isLakewrightError,
  naiveTimestamp,
  nullable,
  timestamp,
  utf8,
} from "@lakewright/core";
import { jsonOf } from "../files.ts";
import { judge, noCounterpart } from "../judge.ts";
import { counterpartOf } from "../quality/soda-checks.ts";
import { parseSodaCl } from "../quality/sodacl.ts";
import { type Checker, define, openChecker, type TypedData } from "../quality/table.ts";
import { CannotRun, type Outcome, type Suite } from "../suite.ts";

interface SodaTable {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, type: string])[];
  readonly rows: readonly (readonly unknown[])[];
}

interface SodaCase {
  readonly id: string;
  readonly tables: readonly string[];
  readonly sodacl: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly asserts: readonly (readonly [what: string, ...rest: unknown[]])[];
}

const COLUMNS: Readonly<Record<string, Column>> = {
  text: nullable(utf8()),
  decimal: nullable(decimal(18, 2)),
  integer: nullable(int64()),
  date: nullable(date()),
  timestamp: nullable(naiveTimestamp()),
  timestamp_tz: nullable(timestamp()),
};

/** Checks in SodaCL, all of which pass, or all of which fail. */
export const suite: Suite = {
  options: { engine: { type: "string", default: "duckdb" } },
  async *run({ path, options, wants }) {
    const { tables, cases } = jsonOf(path) as {
      readonly tables?: Readonly<Record<string, SodaTable>>;
      readonly cases?: readonly SodaCase[];
    };
    if (!tables || !cases) throw new CannotRun(`${path} has no "tables" or no "cases".`);
    const checker = openChecker(String(options["engine"]));
    try {
      for (const given of cases) {
        const used = given.tables.flatMap((id) => tables[id] ?? []);
        if (wants(given.id)) yield await run(given, used, checker);
      }
    } finally {
      await checker.close();
    }
  },
};

async function run(
  given: SodaCase,
  tables: readonly SodaTable[],
  checker: Checker,
): Promise<Outcome> {
  const { id, sodacl, variables = {}, asserts } = given;
  const [what] = asserts[0] ?? [];
  const checks = parseSodaCl(sodacl, variables);
  if (
    asserts.length !== 1 ||
    !checks ||
    (what !== "all_checks_pass" && what !== "all_checks_fail")
  ) {
    return noCounterpart(id);
  }
  const now = variables["NOW"];
  const prepared = checks.map((check) => {
    const table = tables.find(({ name }) => name.toLowerCase() === check.table.toLowerCase());
    const counterpart = counterpartOf(check, (name, column) => valuesOf(tables, name, column));
    const data = table && typedTable(table);
    // Without a clock of its own, a case is about the day it was recorded.
    if (!data || !counterpart || (check.text.startsWith("freshness") && !now)) return undefined;
    return { check, data, ...counterpart };
  });
  const ready = prepared.filter((one) => one !== undefined);
  if (ready.length === 0 || ready.length < prepared.length) return noCounterpart(id);
  try {
    for (const { data, make } of ready) define(data, make);
  } catch (error) {
    if (!isLakewrightError(error)) throw error;
    return { case: id, result: "unsupported", code: error.code };
  }
  return judge(id, async () => {
    for (const { check, data, make, holds } of ready) {
      const { result } = await checker.check(
        data,
        make,
        now === undefined ? undefined : new Date(now),
      );
      const passes = holds(result, data.rows.length);
      if (passes !== (what === "all_checks_pass")) {
        throw new Error(`${check.text} ${passes ? "passes" : "fails"}, and should not`);
      }
    }
  });
}

function typedTable({ columns, rows }: SodaTable): TypedData | undefined {
  if (columns.some(([, type]) => !COLUMNS[type])) return undefined;
  return {
    table: defineTable(
      "data",
      Object.fromEntries(columns.map(([name, type]) => [name, COLUMNS[type]!])),
    ),
    rows: rows.map((row) => Object.fromEntries(columns.map(([name], k) => [name, row[k]]))),
  };
}

function valuesOf(
  tables: readonly SodaTable[],
  name: string,
  column: string,
): readonly unknown[] | undefined {
  const table = tables.find((one) => one.name.toLowerCase() === name.toLowerCase());
  const k = table?.columns.findIndex(([one]) => one === column) ?? -1;
  return k < 0 ? undefined : table!.rows.map((row) => row[k]);
}
