import type { Table } from "@lakewright/core";
import type { KeyPart } from "../blocking/key-part.ts";
import type { BlockingRule } from "../blocking/rule.ts";
import type { Comparison } from "../compare/comparison.ts";
import type { ComparisonLevel } from "../compare/level.ts";
import { ReconcileError } from "../errors.ts";
import { requireColumn } from "../records/columns.ts";
import type { FieldDefinition } from "../records/fields.ts";

/** How the records of a table are linked. */
export interface LinkerDefinition {
  /** The column that identifies a record: text or whole numbers, no null, no value twice. */
  readonly id: string;
  /** The column that names where a record comes from; golden records may prefer some. Default none. */
  readonly source?: string | undefined;
  /** Values made of columns, by name. A name that is not listed is the column of that name, as it is. */
  readonly fields?: Readonly<Record<string, FieldDefinition>> | undefined;
  /** Pairs that one rule at least has are compared. */
  readonly blocking: readonly BlockingRule[];
  readonly comparisons: readonly Comparison[];
}

/** A definition made for a table, such as `person()` gives. */
export type LinkerPreset = (table: Table) => LinkerDefinition;

/** @internal A definition that was checked, every field it uses listed. */
export interface CheckedDefinition {
  readonly id: string;
  readonly source: string | undefined;
  readonly fields: ReadonlyMap<string, FieldDefinition>;
  readonly blocking: readonly BlockingRule[];
  readonly comparisons: readonly Comparison[];
}

/**
 * Checks a definition against its table.
 *
 * @throws ReconcileError RECONCILE_INVALID_LINKER, RECONCILE_UNKNOWN_COLUMN
 */
export function checkDefinition(table: Table, definition: LinkerDefinition): CheckedDefinition {
  const { id, source, blocking, comparisons } = definition;
  const name = `The linker of table "${table.name}"`;
  if (blocking.length === 0) {
    throw invalid(`${name} has no blocking rule.`, 'Give it at least one, such as block("email").');
  }
  if (comparisons.length === 0) {
    throw invalid(
      `${name} has no comparison.`,
      'Give it at least one: compare("name", [exact()]).',
    );
  }
  unique(name, "blocking rule", blocking);
  unique(name, "comparison", comparisons);
  requireColumn(table, id, "the id");
  const kind = table.columns[id]!.type.kind;
  if (!/^(utf8|oneOf|u?int(8|16|32|64))$/.test(kind)) {
    throw invalid(`The id column "${id}" is ${kind}.`, "Ids are texts or whole numbers.");
  }
  if (source !== undefined) requireColumn(table, source, "the source");
  const fields = new Map<string, FieldDefinition>();
  const use = (field: string, purpose: string): void => {
    if (fields.has(field)) return;
    const given = definition.fields;
    const known = given && Object.hasOwn(given, field) ? given[field] : undefined;
    const made = known ?? { columns: [field] };
    if (made.columns.length === 0) throw invalid(`Field "${field}" is made of no column.`);
    for (const column of made.columns) {
      requireColumn(table, column, known ? `part of field "${field}"` : purpose);
    }
    fields.set(field, made);
  };
  for (const rule of blocking) {
    for (const part of rule.parts) use(part.field, `part of the blocking rule "${rule.name}"`);
  }
  for (const comparison of comparisons) {
    const purpose = `compared in "${comparison.name}"`;
    use(comparison.field, purpose);
    for (const level of [...comparison.levels, ...(comparison.except ? [comparison.except] : [])]) {
      for (const field of fieldsOf(level)) use(field, purpose);
    }
  }
  return { id, source, fields, blocking, comparisons };
}

function fieldsOf(level: ComparisonLevel): string[] {
  if (level.kind === "same") return [(level.part satisfies KeyPart).field];
  return level.kind === "swapped" ? [level.with] : [];
}

function unique(linker: string, what: string, items: readonly { readonly name: string }[]): void {
  const names = new Set<string>();
  for (const { name } of items) {
    if (names.has(name)) throw invalid(`${linker} has the ${what} "${name}" twice.`);
    names.add(name);
  }
}

function invalid(message: string, hint?: string): ReconcileError {
  return new ReconcileError("RECONCILE_INVALID_LINKER", message, { hint });
}
