import type { Column, Field } from "@lakewright/core";
import type { Metadata } from "../delta/log/actions.ts";
import { NOTHING_WRITTEN } from "../delta/data-files/write-files.ts";
import { checkOptions, invalidOption, isNames, isObject, isTexts, jobChecks } from "../options.ts";
import { commitActions } from "../table/commit-actions.ts";
import type { DeltaTable } from "../table/delta-table.ts";
import { protocolFor, withoutRequests } from "../table/protocol-for.ts";
import { addColumns, allowNulls, dropColumns, renameColumns, widenColumns } from "./columns.ts";
import { addConstraints, assertRowsMeet, dropConstraints } from "./constraints.ts";
import { setProperties } from "./set-properties.ts";
import type { AlterOptions, AlterTable } from "./types.ts";

/**
 * Changes columns, rules and properties in one commit: properties first, then columns dropped, renamed, widened and added,
 * then rules. Commits that come between are no obstacle, unless they change the same or, where a rule is added, bring rows.
 *
 * @throws LakeError LAKE_INVALID_OPTION, LAKE_INVALID_EXPRESSION; LAKE_CONSTRAINT_VIOLATED where rows do not meet a new rule;
 * LAKE_UNSUPPORTED_FEATURE; LAKE_COMMIT_CONFLICT
 */
export async function alterTable(
  table: DeltaTable,
  change: AlterTable,
  options: AlterOptions = {},
): Promise<{ readonly version: bigint }> {
  checkOptions("alter", change, {
    addColumns: isColumns,
    renameColumns: isTexts,
    dropColumns: isNames,
    widenColumns: isColumns,
    allowNulls: isNames,
    addConstraints: isTexts,
    dropConstraints: isNames,
    setProperties: isObject,
    unsetProperties: isNames,
  });
  checkOptions("alter", options, jobChecks);
  await table.mutex.run(() => table.advance());
  const { version, protocol, metadata: before } = table.state;
  const changed = changes(before, change);
  if (changed === before) return { version };
  const nextProtocol = protocolFor(changed, table.location, protocol);
  const metadata = withoutRequests(changed);
  const constraints = change.addConstraints ?? {};
  const hasRules = Object.keys(constraints).length > 0;
  if (hasRules) await assertRowsMeet(table, metadata, constraints, options.signal);
  await commitActions(table, options, NOTHING_WRITTEN, {
    operation: operationOf(change),
    parameters: parametersOf(change),
    metrics: {},
    actions: [
      ...(nextProtocol === protocol ? [] : [{ protocol: nextProtocol }]),
      { metaData: metadata },
    ],
    expects: {
      version,
      reads: hasRules ? "everything" : "nothing",
      isolation: "Serializable",
      transactions: new Map(),
    },
  });
  return { version: table.version };
}

/** The metadata after the changes; the same object where there are none. */
function changes(metadata: Metadata, change: AlterTable): Metadata {
  const steps: readonly ((metadata: Metadata) => Metadata)[] = [
    (at) => setProperties(at, change.setProperties ?? {}, change.unsetProperties ?? []),
    (at) => dropConstraints(at, change.dropConstraints ?? []),
    (at) => dropColumns(at, change.dropColumns ?? []),
    (at) => renameColumns(at, change.renameColumns ?? {}),
    (at) => widenColumns(at, change.widenColumns ?? {}),
    (at) => allowNulls(at, change.allowNulls ?? []),
    (at) => addColumns(at, fieldsOf(change.addColumns ?? {})),
    (at) => addConstraints(at, change.addConstraints ?? {}),
  ];
  return steps.reduce((at, step) => step(at), metadata);
}

function fieldsOf(columns: Readonly<Record<string, Column>>): readonly Field[] {
  return Object.entries(columns).map(([name, column]) => ({ name, column }));
}

function isColumns(value: unknown): string | undefined {
  if (isObject(value) !== undefined) return "columns by name";
  const all = Object.values(value as object).every(
    (column: Partial<Column> | null) => typeof column?.type?.kind === "string",
  );
  return all ? undefined : "columns by name, made by int64(), utf8() and their like";
}

const OPERATIONS: Readonly<Record<keyof AlterTable, string>> = {
  addColumns: "ADD COLUMNS",
  renameColumns: "RENAME COLUMN",
  dropColumns: "DROP COLUMNS",
  widenColumns: "CHANGE COLUMNS",
  allowNulls: "CHANGE COLUMN",
  addConstraints: "ADD CONSTRAINT",
  dropConstraints: "DROP CONSTRAINT",
  setProperties: "SET TBLPROPERTIES",
  unsetProperties: "UNSET TBLPROPERTIES",
};

/** What the log calls the change: as Spark does, where it is of one kind. */
function operationOf(change: AlterTable): string {
  const kinds = kindsOf(change);
  if (kinds.length === 0) throw invalidOption("alter: there is nothing to change.");
  return kinds.length === 1 ? OPERATIONS[kinds[0]!] : "ALTER TABLE";
}

function parametersOf(change: AlterTable): Record<string, unknown> {
  return Object.fromEntries(kindsOf(change).map((kind) => [kind, change[kind]]));
}

function kindsOf(change: AlterTable): readonly (keyof AlterTable)[] {
  return (Object.keys(OPERATIONS) as (keyof AlterTable)[]).filter((kind) => {
    const value = change[kind];
    return value !== undefined && Object.keys(value).length > 0;
  });
}
