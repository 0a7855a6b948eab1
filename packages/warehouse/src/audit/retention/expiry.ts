import { formatDate, showValue } from "@lakewright/core";
import { id, raw, type Sql, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import type { Fact } from "../../define/fact.ts";
import { VALID_TO } from "../../define/names.ts";
import type { StarTable } from "../../define/star-table.ts";
import { assertKnown, invalid } from "../../options.ts";
import { layoutOf } from "../../schema/layout.ts";
import { rejectsTable } from "../../schema/system-tables.ts";
import { bindDay, bindMicros } from "../../values.ts";
import type { Warehouse } from "../../warehouse.ts";
import type { RetentionRule } from "./types.ts";

const DAY_MICROS = 86_400_000_000n;

/** Rows of one table that are too old. */
export interface Expiry {
  readonly name: string;
  readonly path: readonly string[];
  readonly before: bigint;
  /** The column that says how old a row is. */
  readonly column: string;
  readonly isDay: boolean;
  /** Whether it is no table of the star, of whose rows no answer is. */
  readonly isLog: boolean;
  /** Of a dimension: the facts that may refer to its rows. */
  readonly referredBy: readonly Reference[];
}

interface Reference {
  readonly fact: string;
  readonly path: readonly string[];
  readonly column: string;
  readonly target: string;
}

/** The rules as conditions, those of facts first. */
export function expiriesOf(
  warehouse: Warehouse,
  tables: readonly StarTable[],
  rules: readonly RetentionRule[],
  now: bigint,
): Expiry[] {
  const expiries = rules.map((rule) => expiryOf(warehouse, tables, rule, now));
  return [
    ...expiries.filter(({ referredBy }) => referredBy.length === 0),
    ...expiries.filter(({ referredBy }) => referredBy.length > 0),
  ];
}

/** The rows that go: older, and not referred to by a fact that stays. */
export function conditionOf(expiry: Expiry, all: readonly Expiry[], alias: string): Sql {
  const old = isOld(expiry, alias);
  const references = expiry.referredBy.map(({ fact, path, column, target }) => {
    const going = all.find((other) => other.name === fact);
    const stays = going === undefined ? raw("") : sql` AND NOT (${isOld(going, "f")})`;
    return sql` AND NOT EXISTS (SELECT 1 FROM ${id(...path)} f WHERE ${id("f", column)} = ${id(alias, target)}${stays})`;
  });
  return references.reduce((condition, reference) => sql`${condition}${reference}`, old);
}

function isOld({ column, before, isDay }: Expiry, alias: string): Sql {
  const moment = isDay ? bindDay(formatDate(Number(before / DAY_MICROS))) : bindMicros(before);
  return sql`(${id(alias, column)} IS NOT NULL AND ${id(alias, column)} < ${moment})`;
}

function expiryOf(
  warehouse: Warehouse,
  tables: readonly StarTable[],
  rule: RetentionRule,
  now: bigint,
): Expiry {
  assertKnown("A rule of retention", rule, ["table", "days", "by"]);
  const { table, days, by } = rule;
  if (!Number.isSafeInteger(days) || days < 1) {
    throw invalid(
      `A rule of retention keeps rows ${showValue(days)} days.`,
      "Give whole days, 1 or more.",
    );
  }
  const before = now - BigInt(days) * DAY_MICROS;
  if (table === "rejects") {
    if (by !== undefined) {
      throw invalid(
        `Rows of the quarantine go by when they were put aside, not by ${showValue(by)}.`,
        'Leave by out: { table: "rejects", days: 90 }.',
      );
    }
    const first = tables[0];
    if (first === undefined)
      throw invalid("Retention of the quarantine needs the tables of the warehouse.");
    const path = [...warehouse.table(first).path.slice(0, -1), rejectsTable.name];
    return {
      name: rejectsTable.name,
      path,
      before,
      column: "rejected_at",
      isDay: false,
      isLog: true,
      referredBy: [],
    };
  }
  const path = warehouse.table(table).path;
  const base = { name: table.name, path, before, isLog: false };
  if (table.kind === "fact") return { ...base, ...ageOf(table, by), referredBy: [] };
  if (by !== undefined)
    throw invalid(`Versions of "${table.name}" go by ${VALID_TO}, not by "${by}".`);
  if (table.kind !== "dimension" || table.versioning !== "scd2") {
    throw invalid(`"${table.name}" keeps no history, so no row of it ever gets old.`);
  }
  return {
    ...base,
    column: VALID_TO,
    isDay: false,
    referredBy: referencesTo(warehouse, tables, table),
  };
}

function ageOf(
  fact: Fact,
  by: string | undefined,
): { readonly column: string; readonly isDay: boolean } {
  const column = by ?? fact.snapshot?.date ?? fact.eventTime;
  const stored = layoutOf(fact).columns.find(({ name }) => name === column);
  const kind = stored?.column.type.kind;
  if (column !== undefined && (kind === "date" || kind === "timestamp")) {
    return { column, isDay: kind === "date" };
  }
  throw invalid(
    `Nothing stored in "${fact.name}" says how old a row is${column === undefined ? "" : `: "${column}" is no date or timestamp of it`}.`,
    'Name one of its date or timestamp attributes: by: "sold_on".',
  );
}

function referencesTo(
  warehouse: Warehouse,
  tables: readonly StarTable[],
  dimension: Dimension,
): Reference[] {
  return tables
    .filter((table) => table.kind === "fact")
    .flatMap((fact) =>
      fact.roles
        .filter((role) => role.dimension.name === dimension.name)
        .map(({ column }) => ({
          fact: fact.name,
          path: warehouse.table(fact).path,
          column,
          target: dimension.surrogateKey,
        })),
    );
}
