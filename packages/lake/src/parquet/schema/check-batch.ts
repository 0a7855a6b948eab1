import { describeType, type LogicalType, type Table, toArrowType } from "@lakewright/core";
import { DataType, type RecordBatch } from "apache-arrow";
import { LakeError } from "../../errors.ts";

/**
 * Refuses a batch that is not of the table: other columns, another order, other types. Text may be a dictionary.
 *
 * @throws LakeError LAKE_SCHEMA_MISMATCH naming the column.
 */
export function checkColumns(table: Table, batch: RecordBatch): void {
  const fields = batch.schema.fields;
  if (fields.length !== table.fields.length) {
    throw mismatch(table, `has ${fields.length} columns`, undefined);
  }
  table.fields.forEach(({ name, column }, k) => {
    const field = fields[k]!;
    if (field.name !== name) {
      throw mismatch(table, `has the column "${field.name}" in place of "${name}"`, name);
    }
    if (!holds(column.type, batch.data.children[k]!.type)) {
      const type = String(batch.data.children[k]!.type);
      throw mismatch(
        table,
        `has ${type} in column "${name}", which is ${describeType(column.type)}`,
        name,
      );
    }
  });
}

function holds(type: LogicalType, given: DataType): boolean {
  const textual = type.kind === "utf8" || type.kind === "oneOf";
  const plain = textual && DataType.isDictionary(given) ? given.dictionary : given;
  return sameBuffers(toArrowType(type), plain);
}

/** Whether two types have the same buffers; the names of children do not matter, their order does. */
function sameBuffers(wanted: DataType, given: DataType): boolean {
  if (wanted.typeId !== given.typeId) return false;
  const a = wanted as unknown as Record<string, unknown>;
  const b = given as unknown as Record<string, unknown>;
  for (const key of ["bitWidth", "isSigned", "precision", "scale", "unit"]) {
    if (a[key] !== b[key]) return false;
  }
  const ours = (wanted.children ?? []) as { readonly type: DataType }[];
  const theirs = (given.children ?? []) as { readonly type: DataType }[];
  return (
    ours.length === theirs.length &&
    ours.every((child, k) => sameBuffers(child.type, theirs[k]!.type))
  );
}

function mismatch(table: Table, problem: string, column: string | undefined): LakeError {
  return new LakeError("LAKE_SCHEMA_MISMATCH", `A batch for table "${table.name}" ${problem}.`, {
    hint: "Conform the batch to the table first (`conformBatch`), or build it from rows (`toBatch`).",
    details: { table: table.name, column },
  });
}
