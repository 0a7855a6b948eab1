import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { CoreError } from "../errors.ts";
import { defineTable, type Table } from "../table.ts";
import type { Column, Columns } from "../types/column.ts";
import {
  bool,
  date,
  float64,
  int32,
  int64,
  list,
  nullable,
  oneOf,
  struct,
  timestamp,
  utf8,
} from "../types/constructors.ts";
import { integerRange } from "../types/logical.ts";

/** A Standard Schema that can describe itself as JSON Schema, as zod 4.2, ArkType and Valibot can. */
export type DescribedSchema = StandardSchemaV1 & StandardJSONSchemaV1;

type Output<S extends StandardSchemaV1> = StandardSchemaV1.InferOutput<S>;

/** The value a schema's output has once it was stored and read: absent is null, arrays are readonly. */
export type StoredValue<T> = undefined extends T
  ? StoredValue<Exclude<T, undefined>> | null
  : T extends Date | Uint8Array | string | number | bigint | boolean | null
    ? T
    : T extends readonly (infer Item)[]
      ? readonly StoredValue<Item>[]
      : T extends object
        ? { readonly [K in keyof T]-?: StoredValue<T[K]> }
        : T;

/** The columns of a schema's output, each with the type that the schema infers, or that of the override. */
export type ColumnsOfSchema<S extends StandardSchemaV1, O extends Columns> = {
  readonly [K in keyof Output<S> & string]-?: K extends keyof O
    ? O[K]
    : Column<StoredValue<Output<S>[K]>, Output<S>[K]>;
};

/**
 * A table from a Standard Schema of objects: zod, ArkType, Valibot and others.
 *
 * A column holds what the schema's output type says, so a row keeps its type: number is float64 (int32 where the bounds
 * say so), text is utf8, an ISO day is date, a zod bigint is int64 and a zod date timestamp("ms"). Say in `overrides`
 * what you want instead: `{ amount: decimal(12, 2), created_at: timestamp("us") }`.
 *
 * @throws CoreError CORE_UNSUPPORTED_TYPE where the schema cannot describe itself or a property has no single type;
 * the message names the property.
 */
export function fromStandardSchema<S extends StandardSchemaV1, const O extends Columns = {}>(
  name: string,
  schema: S,
  overrides?: O,
): Table<ColumnsOfSchema<S, O>> {
  const describe = schema["~standard"] as Partial<DescribedSchema["~standard"]>;
  if (typeof describe.jsonSchema?.output !== "function") {
    throw new CoreError(
      "CORE_UNSUPPORTED_TYPE",
      `The schema for table "${name}" cannot describe itself as JSON Schema.`,
      {
        hint: "Use a library with Standard JSON Schema (zod 4.2, ArkType 2.1.28, @valibot/to-json-schema), or list the columns with defineTable.",
        details: { table: name, vendor: describe.vendor },
      },
    );
  }
  const description = describe.jsonSchema.output({
    target: "draft-2020-12",
    ...(describe.vendor === "zod" ? { libraryOptions: ZOD_OPTIONS } : {}),
  });
  return tableOfJsonSchema(name, description, overrides);
}

/** A table from a zod object: {@link fromStandardSchema} under the name people look for. */
export const fromZod: typeof fromStandardSchema = fromStandardSchema;

/** Makes zod describe what JSON Schema has no word for. Structural: zod itself is never imported. */
const ZOD_OPTIONS = {
  unrepresentable: "any",
  override: (context: {
    readonly zodSchema: { readonly _zod: { readonly def: { readonly type: string } } };
    readonly jsonSchema: Record<string, unknown>;
  }): void => {
    const kind = context.zodSchema._zod.def.type;
    if (kind === "bigint") Object.assign(context.jsonSchema, { type: "integer", format: BIGINT });
    if (kind === "date") Object.assign(context.jsonSchema, { type: "string", format: INSTANT });
  },
};
const BIGINT = "lakewright:bigint";
const INSTANT = "lakewright:date";

function tableOfJsonSchema<C extends Columns>(
  name: string,
  root: unknown,
  overrides: Columns = {},
): Table<C> {
  const schema = root as JsonSchema;
  if (schema.type !== "object" || !schema.properties) {
    throw unsupported(name, "", "it describes no object with named properties");
  }
  const reader = new JsonSchemaReader(name, schema.$defs ?? {});
  const columns = reader.properties(schema, "", overrides);
  for (const column of Object.keys(overrides)) {
    if (!Object.hasOwn(columns, column))
      throw unsupported(name, column, "the schema has no such property");
  }
  return defineTable(name, columns) as unknown as Table<C>;
}

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly items?: JsonSchema | boolean;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
}

class JsonSchemaReader {
  private readonly table: string;
  private readonly definitions: Readonly<Record<string, JsonSchema>>;

  constructor(table: string, definitions: Readonly<Record<string, JsonSchema>>) {
    this.table = table;
    this.definitions = definitions;
  }

  properties(schema: JsonSchema, path: string, overrides: Columns): Columns {
    const required = new Set(schema.required);
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([name, property]) => {
        const override = Object.hasOwn(overrides, name) ? overrides[name] : undefined;
        if (override) return [name, override];
        const column = this.column(property, path === "" ? name : `${path}.${name}`);
        return [name, required.has(name) ? column : nullable(column)];
      }),
    );
  }

  private column(schema: JsonSchema, path: string): Column {
    if (schema.$ref !== undefined) {
      const target = this.definitions[schema.$ref.replace("#/$defs/", "")];
      if (!target) throw unsupported(this.table, path, `it refers to ${schema.$ref}`);
      return this.column(target, path);
    }
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) {
      const values = choices.filter((choice) => choice.type !== "null");
      if (values.length !== 1) throw unsupported(this.table, path, "it has more than one type");
      const column = this.column(values[0]!, path);
      return values.length < choices.length ? nullable(column) : column;
    }
    if (Array.isArray(schema.type)) {
      const kinds = (schema.type as readonly string[]).filter((kind) => kind !== "null");
      if (kinds.length !== 1) throw unsupported(this.table, path, "it has more than one type");
      const column = this.column({ ...schema, type: kinds[0]! }, path);
      return kinds.length < schema.type.length ? nullable(column) : column;
    }
    const values = schema.enum ?? (schema.const === undefined ? undefined : [schema.const]);
    if (values) return this.enumeration(values, path);
    return this.typed(schema, path);
  }

  private enumeration(values: readonly unknown[], path: string): Column {
    const texts = values.filter((value): value is string => typeof value === "string");
    const nulls = values.filter((value) => value === null).length;
    if (texts.length === 0 || texts.length + nulls < values.length) {
      throw unsupported(this.table, path, "its values are not all text");
    }
    const column = oneOf(texts as [string, ...string[]]);
    return nulls > 0 ? nullable(column) : column;
  }

  private typed(schema: JsonSchema, path: string): Column {
    switch (schema.type) {
      case "string":
        if (schema.format === INSTANT) return timestamp("ms");
        return schema.format === "date" ? date() : utf8();
      case "boolean":
        return bool();
      case "integer":
        return schema.format === BIGINT ? int64() : boundedInteger(schema);
      case "number":
        return float64();
      case "array":
        if (typeof schema.items !== "object") {
          throw unsupported(this.table, path, "its items have no type");
        }
        return list(this.column(schema.items, `${path}[]`));
      case "object":
        if (schema.properties) return struct(this.properties(schema, path, {}));
        throw unsupported(this.table, path, "its properties are not named");
      default:
        throw unsupported(this.table, path, "it has no type that a column can hold");
    }
  }
}

/** A JavaScript number that is whole: 32 bits where the bounds say so, else a double, which holds it exactly. */
function boundedInteger(schema: JsonSchema): Column {
  const [min, max] = integerRange.int32;
  return (schema.minimum ?? -Infinity) >= min && (schema.maximum ?? Infinity) <= max
    ? int32()
    : float64();
}

function unsupported(table: string, path: string, reason: string): CoreError {
  return new CoreError(
    "CORE_UNSUPPORTED_TYPE",
    path === ""
      ? `The schema for table "${table}" gives no columns: ${reason}.`
      : `Property "${path}" of the schema for table "${table}" gives no column: ${reason}.`,
    {
      hint:
        path === ""
          ? undefined
          : `Say what it is in the overrides: { ${path.split(/[.[]/, 1)[0]}: utf8() }.`,
      details: { table, property: path },
    },
  );
}
