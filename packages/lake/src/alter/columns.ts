import { type Column, describeType, type Field, tableFromFields } from "@lakewright/core";
import type { Metadata } from "../delta/log/actions.ts";
import { type DeltaField, type DeltaType, parseSchema } from "../delta/schema/schema-json.ts";
import { columnOfField, toDeltaFields } from "../delta/schema/schema.ts";
import { LakeError } from "../errors.ts";
import { columnsUsed } from "../expression/columns.ts";
import { sql } from "../expression/expression.ts";
import { invalidOption } from "../options.ts";
import { CHECK_PREFIX, GENERATED } from "../rules/table-rules.ts";
import { withChanges } from "./evolve.ts";
import { fieldNamed, isMapped, withFields } from "./fields.ts";
import { isWidening, type TypeChange } from "./widen.ts";

/** Adds columns at the end. Rows that are there have no value for them, so they are nullable. */
export function addColumns(metadata: Metadata, added: readonly Field[]): Metadata {
  if (added.length === 0) return metadata;
  const fields = parseSchema(metadata.schemaString);
  for (const { name, column } of added) {
    const twin = fieldNamed(fields, name);
    if (twin) throw invalidOption(`alter: there is a column "${twin.name}" already.`);
    if (!column.nullable) {
      throw invalidOption(
        `alter: the new column "${name}" is not nullable, and the rows there are have no value for it.`,
        `Give nullable(…).`,
      );
    }
  }
  return withFields(metadata, [...fields, ...toDeltaFields(tableFromFields("added", added))]);
}

/** Renames columns; in data files they keep their names, which needs column mapping. */
export function renameColumns(
  metadata: Metadata,
  names: Readonly<Record<string, string>>,
): Metadata {
  const entries = Object.entries(names);
  if (entries.length === 0) return metadata;
  assertMapped(metadata, "renamed");
  const fields = parseSchema(metadata.schemaString);
  const renamed = new Map<DeltaField, string>();
  for (const [from, to] of entries) {
    const field = columnNamed(fields, from);
    assertUnused(metadata, fields, field, "renamed");
    if (to.trim() === "") throw invalidOption(`alter: column "${from}" is to have no name.`);
    renamed.set(field, to);
  }
  const after = fields.map((field) => ({ ...field, name: renamed.get(field) ?? field.name }));
  const seen = new Set<string>();
  for (const { name } of after) {
    if (seen.has(name.toLowerCase()))
      throw invalidOption(`alter: two columns would be named "${name}".`);
    seen.add(name.toLowerCase());
  }
  const partitionColumns = metadata.partitionColumns.map(
    (name) => renamed.get(columnNamed(fields, name)) ?? name,
  );
  return withFields({ ...metadata, partitionColumns }, after);
}

/** Drops columns from the schema; in data files they stay, which needs column mapping. */
export function dropColumns(metadata: Metadata, names: readonly string[]): Metadata {
  if (names.length === 0) return metadata;
  assertMapped(metadata, "dropped");
  const fields = parseSchema(metadata.schemaString);
  const dropped = new Set(names.map((name) => columnNamed(fields, name)));
  for (const field of dropped) assertFree(metadata, fields, field, "dropped");
  const kept = fields.filter((field) => !dropped.has(field));
  if (kept.length <= metadata.partitionColumns.length) {
    throw invalidOption("alter: no column would be left for the data files.");
  }
  return withFields(metadata, kept);
}

/** Gives columns wider types, and notes it in their history ("Type Widening" of PROTOCOL.md). */
export function widenColumns(
  metadata: Metadata,
  columns: Readonly<Record<string, Column>>,
): Metadata {
  const entries = Object.entries(columns);
  if (entries.length === 0) return metadata;
  if (metadata.configuration["delta.enableTypeWidening"]?.toLowerCase() !== "true") {
    throw invalidOption(
      "alter: columns are widened in tables with delta.enableTypeWidening only.",
      'Set it in the same call: setProperties: { "delta.enableTypeWidening": "true" }.',
    );
  }
  const fields = parseSchema(metadata.schemaString);
  const wider = new Map<DeltaField, DeltaField>();
  for (const [name, column] of entries) {
    const field = columnNamed(fields, name);
    assertUnused(metadata, fields, field, "widened");
    const [target] = toDeltaFields(tableFromFields("wider", [{ name: field.name, column }]));
    const { type, metadata: about } = widened(field, target!);
    wider.set(field, {
      ...field,
      type,
      metadata: { ...withoutMemory(about), ...target!.metadata },
    });
  }
  return withFields(
    metadata,
    fields.map((field) => wider.get(field) ?? field),
  );
}

/** Field metadata without the type this package remembers, which is another now. */
function withoutMemory({ ...metadata }: Record<string, unknown>): Record<string, unknown> {
  delete metadata["lakewright.type"];
  return metadata;
}

/** A field with a wider type; each field of a struct keeps a history of its own. */
function widened(column: DeltaField, target: DeltaField): DeltaField {
  const refuse = (): never => {
    throw invalidOption(
      `alter: column "${column.name}" is ${describeType(columnOfField(column, column.name).type)} and cannot be widened to ${describeType(columnOfField(target, target.name).type)}.`,
      "Integers and floats become wider, decimals get more digits, dates become zone-less timestamps.",
    );
  };
  const typeOf = (
    from: DeltaType,
    to: DeltaType,
    path: readonly string[],
    changes: TypeChange[],
  ): DeltaType => {
    const inside = (part: string, mine: DeltaType, its: DeltaType): DeltaType =>
      typeOf(mine, its, [...path, part], changes);
    if (typeof from === "string" || typeof to === "string") {
      if (from === to) return from;
      if (!isWidening(from, to)) refuse();
      changes.push({
        fromType: from as string,
        toType: to as string,
        ...(path.length > 0 ? { fieldPath: path.join(".") } : {}),
      });
      return to;
    }
    if (from.type === "array" && to.type === "array") {
      return { ...from, elementType: inside("element", from.elementType, to.elementType) };
    }
    if (from.type === "map" && to.type === "map") {
      return {
        ...from,
        keyType: inside("key", from.keyType, to.keyType),
        valueType: inside("value", from.valueType, to.valueType),
      };
    }
    if (from.type !== "struct" || to.type !== "struct") return refuse();
    if (from.fields.length !== to.fields.length) return refuse();
    const fields = from.fields.map((field, k) =>
      field.name === to.fields[k]!.name ? fieldOf(field, to.fields[k]!) : refuse(),
    );
    return { ...from, fields };
  };
  let count = 0;
  const fieldOf = (from: DeltaField, to: DeltaField): DeltaField => {
    const changes: TypeChange[] = [];
    const type = typeOf(from.type, to.type, [], changes);
    count += changes.length;
    return { ...from, type, metadata: withChanges(from, changes) };
  };
  const result = fieldOf(column, target);
  return count > 0 ? result : refuse();
}

/** Lets columns be null from now on. */
export function allowNulls(metadata: Metadata, names: readonly string[]): Metadata {
  if (names.length === 0) return metadata;
  const fields = parseSchema(metadata.schemaString);
  const chosen = new Set(names.map((name) => columnNamed(fields, name)));
  return withFields(
    metadata,
    fields.map((field) => (chosen.has(field) ? { ...field, nullable: true } : field)),
  );
}

function columnNamed(fields: readonly DeltaField[], name: string): DeltaField {
  const field = fieldNamed(fields, name);
  if (field) return field;
  throw invalidOption(
    `alter: there is no column "${name}".`,
    `The columns are ${fields.map((other) => other.name).join(", ")}.`,
  );
}

function assertMapped({ configuration }: Metadata, what: string): void {
  if (isMapped(configuration)) return;
  throw new LakeError(
    "LAKE_UNSUPPORTED_FEATURE",
    `alter: no column can be ${what} in a table without column mapping: data files have the names of the columns.`,
    {
      hint: 'Turn it on in the same call: setProperties: { "delta.columnMapping.mode": "name" }.',
      details: { features: ["columnMapping"] },
    },
  );
}

/** Refuses a change to a column the table is partitioned by, or that a rule looks at. */
function assertFree(
  metadata: Metadata,
  fields: readonly DeltaField[],
  field: DeltaField,
  what: string,
): void {
  const name = field.name.toLowerCase();
  if (metadata.partitionColumns.some((column) => column.toLowerCase() === name)) {
    throw invalidOption(
      `alter: column "${field.name}" is not ${what}: the table is partitioned by it.`,
    );
  }
  assertUnused(metadata, fields, field, what);
}

function assertUnused(
  metadata: Metadata,
  fields: readonly DeltaField[],
  field: DeltaField,
  what: string,
): void {
  const table = tableFromFields(
    "table",
    fields.map((other) => ({ name: other.name, column: columnOfField(other, other.name) })),
  );
  const uses = (text: string): boolean =>
    columnsUsed({ target: table }, sql(text)).target.includes(field.name);
  const rules = [
    ...Object.entries(metadata.configuration)
      .filter(([key]) => key.startsWith(CHECK_PREFIX))
      .map(([key, text]) => [`constraint "${key.slice(CHECK_PREFIX.length)}"`, text] as const),
    ...fields.flatMap((other) => {
      const text = other.metadata[GENERATED];
      return typeof text === "string" ? [[`generated column "${other.name}"`, text] as const] : [];
    }),
  ];
  for (const [rule, text] of rules) {
    if (!uses(text)) continue;
    throw invalidOption(
      `alter: column "${field.name}" is not ${what}: ${rule} is made from it (${text}).`,
      "Drop the rule first.",
    );
  }
}
