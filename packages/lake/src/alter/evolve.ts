import { fromArrowSchema, type Table } from "@lakewright/core";
import type { Schema } from "apache-arrow";
import type { Metadata, Protocol } from "../delta/log/actions.ts";
import { type DeltaField, type DeltaType, parseSchema } from "../delta/schema/schema-json.ts";
import { toDeltaFields } from "../delta/schema/schema.ts";
import { protocolFor } from "../table/protocol-for.ts";
import { fieldNamed, withFields } from "./fields.ts";
import { isWidening, TYPE_CHANGES, type TypeChange } from "./widen.ts";

/**
 * The table with what a batch brings that it does not have: new columns and fields of structs, nullable and at the end;
 * wider types where type widening is on; a type for a column that had none. Undefined where the batch brings nothing new.
 */
export function evolved(
  protocol: Protocol,
  metadata: Metadata,
  schema: Schema,
  location: string,
): { readonly protocol: Protocol; readonly metadata: Metadata } | undefined {
  const given: Table = fromArrowSchema("batch", schema);
  const fields = parseSchema(metadata.schemaString);
  const widens = metadata.configuration["delta.enableTypeWidening"]?.toLowerCase() === "true";
  const merged = mergedFields(fields, toDeltaFields(given), widens);
  if (merged === fields) return undefined;
  const next = withFields(metadata, merged);
  return { protocol: protocolFor(next, location, protocol), metadata: next };
}

/** The fields given where nothing is new. */
function mergedFields(
  fields: readonly DeltaField[],
  given: readonly DeltaField[],
  widens: boolean,
): readonly DeltaField[] {
  let changed = false;
  const result = fields.map((field) => {
    const other = fieldNamed(given, field.name);
    if (!other) return field;
    const changes: TypeChange[] = [];
    const type = mergedType(field.type, other.type, widens, changes, []);
    if (type === field.type) return field;
    changed = true;
    return { ...field, type, metadata: withChanges(field, changes) };
  });
  for (const field of given) {
    if (fieldNamed(fields, field.name)) continue;
    changed = true;
    result.push({ ...field, nullable: true });
  }
  return changed ? result : fields;
}

function mergedType(
  type: DeltaType,
  given: DeltaType,
  widens: boolean,
  changes: TypeChange[],
  path: readonly string[],
): DeltaType {
  if (type === "void") return given;
  if (typeof type === "string" || typeof given === "string") {
    if (!widens || !isWidening(type, given)) return type;
    changes.push({
      fromType: type as string,
      toType: given as string,
      ...(path.length > 0 ? { fieldPath: path.join(".") } : {}),
    });
    return given;
  }
  const inside = (part: string, mine: DeltaType, its: DeltaType): DeltaType =>
    mergedType(mine, its, widens, changes, [...path, part]);
  if (type.type === "struct" && given.type === "struct") {
    const fields = mergedFields(type.fields, given.fields, widens);
    return fields === type.fields ? type : { ...type, fields };
  }
  if (type.type === "array" && given.type === "array") {
    const elementType = inside("element", type.elementType, given.elementType);
    return elementType === type.elementType ? type : { ...type, elementType };
  }
  if (type.type === "map" && given.type === "map") {
    const keyType = inside("key", type.keyType, given.keyType);
    const valueType = inside("value", type.valueType, given.valueType);
    return keyType === type.keyType && valueType === type.valueType
      ? type
      : { ...type, keyType, valueType };
  }
  return type;
}

/** The metadata of a field with changes of its type added to their history. */
export function withChanges(
  { metadata }: DeltaField,
  changes: readonly TypeChange[],
): DeltaField["metadata"] {
  if (changes.length === 0) return metadata;
  const before = Array.isArray(metadata[TYPE_CHANGES]) ? (metadata[TYPE_CHANGES] as unknown[]) : [];
  return { ...metadata, [TYPE_CHANGES]: [...before, ...changes] };
}
