import { type Field, tableFromFields } from "@lakewright/core";
import { WarehouseError } from "../../errors.ts";
import { assertKnown, assertOneOf } from "../../options.ts";
import type { TableSource } from "../introspect/source-table.ts";
import { describeChange } from "./compare-schemas.ts";
import type { SchemaChange } from "./schema-change.ts";

/**
 * What a change of the source's schema does. "evolve": the extraction goes on with the new schema. "freeze": the table
 * fails, the change named. "quarantine": it goes on with the schema before: new columns are left out, columns that went
 * are null where they may be, and rows with a value the schema before does not hold are put aside.
 */
export type DriftMode = "evolve" | "freeze" | "quarantine";

/** What becomes of changes of a source's schema, by their kind. */
export interface SchemaPolicy {
  /** Tables that were not there at the first extraction. Default "evolve". */
  readonly tables?: Exclude<DriftMode, "quarantine"> | undefined;
  /** Columns that came or went. Default "evolve". */
  readonly columns?: DriftMode | undefined;
  /** Other types, nullability and keys. Default "evolve" where all that was before still fits, else "freeze". */
  readonly types?: DriftMode | undefined;
}

const MODES: readonly DriftMode[] = ["evolve", "freeze", "quarantine"];
/** What is there still fits what comes. */
const HARMLESS: readonly SchemaChange["kind"][] = ["typeWidened", "nullAllowed", "nullForbidden"];

/** @throws WarehouseError WAREHOUSE_INVALID_OPTION */
export function assertPolicy(policy: SchemaPolicy): void {
  assertKnown("policy", policy, ["tables", "columns", "types"]);
  for (const [part, mode] of Object.entries(policy) as [string, DriftMode | undefined][]) {
    const modes = part === "tables" ? MODES.slice(0, 2) : MODES;
    if (mode !== undefined) assertOneOf(`policy.${part}`, mode, modes);
  }
}

/** What the policy says of a change. */
export function modeOf(policy: SchemaPolicy, { kind }: SchemaChange): DriftMode {
  switch (kind) {
    case "tableAdded":
    case "tableRemoved":
      return policy.tables ?? "evolve";
    case "columnAdded":
    case "columnRemoved":
      return policy.columns ?? "evolve";
    default:
      return policy.types ?? (HARMLESS.includes(kind) ? "evolve" : "freeze");
  }
}

/** What is read after a change of the schema. */
export interface Settled {
  /** The table to read, with the columns to deliver. */
  readonly source: TableSource;
  /** Columns that are not there any more, and are null. */
  readonly absent: readonly string[];
  /** Whether values may not fit: rows that have one are put aside. */
  readonly isLenient: boolean;
  /** Whether the schema now is a new version. */
  readonly evolved: boolean;
}

/**
 * The columns a policy lets through.
 *
 * @throws WarehouseError WAREHOUSE_SCHEMA_DRIFT where it freezes one of the changes.
 */
export function settle(
  before: TableSource,
  now: TableSource,
  changes: readonly SchemaChange[],
  policy: SchemaPolicy,
): Settled {
  const frozen = changes.filter((change) => modeOf(policy, change) === "freeze");
  if (frozen.length > 0) throw drifted(now, frozen);
  const kept = changes.filter((change) => modeOf(policy, change) === "quarantine");
  if (kept.length === 0)
    return { source: now, absent: [], isLenient: false, evolved: changes.length > 0 };
  const of = (kind: SchemaChange["kind"]): Set<string | undefined> =>
    new Set(kept.filter((change) => change.kind === kind).map(({ column }) => column));
  const added = of("columnAdded");
  const removed = of("columnRemoved");
  const retyped = new Set(kept.map(({ column }) => column));
  const old = new Map(before.table.fields.map((field) => [field.name, field]));
  const fields: Field[] = now.table.fields
    .filter(({ name }) => !added.has(name))
    .map((field) => (retyped.has(field.name) ? (old.get(field.name) ?? field) : field));
  const lost = [...removed].map((name) => old.get(name!)!);
  const bare = lost.find(({ column }) => !column.nullable);
  if (bare)
    throw drifted(
      now,
      kept.filter(({ column }) => column === bare.name),
    );
  const source = { ...now, table: tableFromFields(now.table.name, [...fields, ...lost]) };
  return {
    source,
    absent: lost.map(({ name }) => name),
    isLenient: kept.some(({ kind }) => kind !== "columnAdded" && kind !== "columnRemoved"),
    evolved: kept.length < changes.length,
  };
}

function drifted({ table }: TableSource, changes: readonly SchemaChange[]): WarehouseError {
  return new WarehouseError(
    "WAREHOUSE_SCHEMA_DRIFT",
    `The schema of "${table.name}" has changed: ${changes.map(describeChange).join("; ")}.`,
    {
      hint: 'Give the policy "evolve" to take it, or "quarantine" to go on with what was before.',
      details: { table: table.name, changes },
    },
  );
}
