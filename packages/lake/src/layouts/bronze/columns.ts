import {
  bool,
  type Column,
  date,
  type Field,
  nullable,
  type Table,
  tableFromFields,
  timestamp,
  utf8,
} from "@lakewright/core";
import { invalidOption } from "../../options.ts";

export const INGESTED_AT = "_bronze_ingestion_timestamp";
export const SYSTEM = "_bronze_source_system";
export const SOURCE_TABLE = "_bronze_source_table";
export const FILE_NAME = "_bronze_file_name";
export const HASH = "_bronze_record_hash";
export const IS_DELETED = "_bronze_is_deleted";
export const VALID_FROM = "_bronze_valid_from";
export const VALID_TO = "_bronze_valid_to";
/** A column of its own rather than a generated one: any engine that writes Delta can then write the table. */
export const INGESTED_ON = "_bronze_ingestion_date";

/** The columns that are added to those of the source. */
export const bronzeColumns: Readonly<Record<string, Column>> = {
  [INGESTED_AT]: timestamp("us"),
  [SYSTEM]: utf8(),
  [SOURCE_TABLE]: utf8(),
  [FILE_NAME]: nullable(utf8()),
  [HASH]: utf8(),
  [IS_DELETED]: bool(),
  [VALID_FROM]: timestamp("us"),
  [VALID_TO]: nullable(timestamp("us")),
  [INGESTED_ON]: date(),
};

/** What a history is of, checked. */
export interface Shape {
  /** The rows of a load: of a deleted record only the key is needed. */
  readonly input: Table;
  /** The columns of the source that are kept. */
  readonly kept: readonly Field[];
  /** The columns of the Delta table. */
  readonly bronze: Table;
  readonly key: readonly string[];
  readonly changedAt: string | undefined;
  readonly deleted: string | undefined;
  /** The columns that are hashed. */
  readonly compare: readonly string[];
  /** Columns that only deleted records may leave out. */
  readonly required: readonly string[];
}

interface ShapeOptions {
  readonly key: readonly string[];
  readonly changedAt?: string | undefined;
  readonly deleted?: string | undefined;
  readonly compare?: readonly string[] | undefined;
}

/** @throws LakeError LAKE_INVALID_OPTION for a column that is missing or of the wrong type. */
export function shapeOf(table: Table, options: ShapeOptions): Shape {
  const { key, changedAt, deleted } = options;
  const typeOf = (option: string, name: string): string => {
    const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
    if (column) return column.type.kind;
    throw invalidOption(
      `openBronzeHistory: ${option} names "${name}", which is no column of table "${table.name}".`,
      `Its columns are ${table.fields.map((field) => field.name).join(", ")}.`,
    );
  };
  if (key.length === 0) throw invalidOption("openBronzeHistory: key names no column.");
  for (const name of key) typeOf("key", name);
  if (changedAt !== undefined && typeOf("changedAt", changedAt) !== "timestamp") {
    throw invalidOption(`openBronzeHistory: changedAt "${changedAt}" is no timestamp.`);
  }
  if (deleted !== undefined && typeOf("deleted", deleted) !== "bool") {
    throw invalidOption(`openBronzeHistory: deleted "${deleted}" is no bool.`);
  }
  const kept = table.fields.filter(({ name }) => name !== deleted);
  const taken = kept.find(({ name }) => name.toLowerCase().startsWith("_bronze_"));
  if (taken) {
    throw invalidOption(
      `openBronzeHistory: the source has a column "${taken.name}", a name kept for bronze columns.`,
    );
  }
  const compare = options.compare ?? kept.map(({ name }) => name);
  for (const name of compare) typeOf("compare", name);
  const loose = ({ name, column }: Field): Field => ({
    name,
    column: key.includes(name) ? { ...column, nullable: false } : { ...column, nullable: true },
  });
  return {
    input: tableFromFields(table.name, table.fields.map(loose)),
    kept: kept.map(loose),
    bronze: tableFromFields(table.name, [
      ...kept.map(loose),
      ...Object.entries(bronzeColumns).map(([name, column]) => ({ name, column })),
    ]),
    key,
    changedAt,
    deleted,
    compare,
    required: kept
      .filter(({ name, column }) => !column.nullable && !key.includes(name))
      .map(({ name }) => name),
  };
}
