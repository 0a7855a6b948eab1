import { parseJson, stringifyJson } from "@lakewright/core";
import { LakeError } from "../../errors.ts";

/** The schema as the log has it: "Schema Serialization Format" of PROTOCOL.md. */
export interface DeltaField {
  readonly name: string;
  readonly type: DeltaType;
  readonly nullable: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export type DeltaType =
  | string
  | { readonly type: "struct"; readonly fields: readonly DeltaField[] }
  | { readonly type: "array"; readonly elementType: DeltaType; readonly containsNull: boolean }
  | {
      readonly type: "map";
      readonly keyType: DeltaType;
      readonly valueType: DeltaType;
      readonly valueContainsNull: boolean;
    };

/**
 * Reads the fields of a schema string.
 *
 * @throws LakeError LAKE_CORRUPT_LOG where it is no schema.
 */
export function parseSchema(schemaString: string): readonly DeltaField[] {
  let schema: unknown;
  try {
    schema = parseJson(schemaString);
  } catch (error) {
    throw corrupt("is no JSON", schemaString, error);
  }
  const { type, fields } = (schema ?? {}) as { type?: unknown; fields?: unknown };
  if (type !== "struct" || !Array.isArray(fields)) throw corrupt("is no struct", schemaString);
  return fields.map((field) => checkedField(field, schemaString));
}

/** The schema string of fields. */
export function formatSchema(fields: readonly DeltaField[]): string {
  return stringifyJson({ type: "struct", fields });
}

/** Visits fields, and those of structs at any depth; `depth` is 0 for columns of the table. */
export function visitFields(
  fields: readonly DeltaField[],
  visit: (field: DeltaField, depth: number) => void,
  depth = 0,
): void {
  const into = (type: DeltaType): void => {
    if (typeof type === "string") return;
    if (type.type === "struct") visitFields(type.fields, visit, depth + 1);
    else if (type.type === "array") into(type.elementType);
    else {
      into(type.keyType);
      into(type.valueType);
    }
  };
  for (const field of fields) {
    visit(field, depth);
    into(field.type);
  }
}

function checkedField(value: unknown, schema: string): DeltaField {
  const field = (value ?? {}) as Partial<DeltaField>;
  if (typeof field.name !== "string") throw corrupt("has a field without a name", schema);
  return {
    name: field.name,
    type: checkedType(field.type, schema),
    nullable: field.nullable !== false,
    metadata: field.metadata ?? {},
  };
}

function checkedType(value: unknown, schema: string): DeltaType {
  if (typeof value === "string") return value;
  const type = (value ?? {}) as Record<string, unknown>;
  switch (type["type"]) {
    case "struct":
      if (!Array.isArray(type["fields"])) break;
      return { type: "struct", fields: type["fields"].map((field) => checkedField(field, schema)) };
    case "array":
      return {
        type: "array",
        elementType: checkedType(type["elementType"], schema),
        containsNull: type["containsNull"] !== false,
      };
    case "map":
      return {
        type: "map",
        keyType: checkedType(type["keyType"], schema),
        valueType: checkedType(type["valueType"], schema),
        valueContainsNull: type["valueContainsNull"] !== false,
      };
  }
  throw corrupt("has a type that is none", schema);
}

function corrupt(problem: string, schema: string, cause?: unknown): LakeError {
  return new LakeError("LAKE_CORRUPT_LOG", `The schema in the log ${problem}.`, {
    details: { schema: schema.slice(0, 200) },
    cause,
  });
}
