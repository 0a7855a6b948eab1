import { type LogicalType, type Table, tableFromFields } from "@lakewright/core";
import { mysqlDialect } from "../../dialects/mysql.ts";
import { SqlError } from "../../errors.ts";
import { id, sql } from "../../text.ts";
import type { Connection } from "../connection.ts";
import { ReadText } from "../wire/text-rows.ts";

/** A column of the table that is loaded into. */
export interface TargetColumn {
  readonly name: string;
  /** "int", "datetime". */
  readonly type: string;
  readonly unsigned: boolean;
  /** The first number in brackets: characters, bits, digits. */
  readonly length: number | undefined;
  readonly scale: number | undefined;
  readonly charset: string | undefined;
  /** CHAR and BINARY: shorter values are filled up. */
  readonly padded: boolean;
}

/** The columns of the table that the data has, in the order of the data. */
export async function targetColumns(
  connection: Connection,
  path: readonly string[],
  table: Table,
  signal: AbortSignal | undefined,
): Promise<readonly TargetColumn[]> {
  const { text } = sql`SHOW FULL COLUMNS FROM ${id(...path)}`.render(mysqlDialect);
  const rows = await connection.exclusive(text, signal, () => connection.run(new ReadText(text)));
  const found = new Map(
    rows.map(([name, type, collation]) => [name!.toLowerCase(), [type!, collation] as const]),
  );
  return table.fields.map(({ name }) => {
    const [type, collation] = found.get(name.toLowerCase()) ?? [];
    if (type !== undefined) return targetColumn(name, type, collation);
    throw new SqlError("SQL_QUERY_FAILED", `Table "${path.join(".")}" has no column "${name}".`, {
      hint: `It has ${rows.map(([column]) => column).join(", ")}.`,
      details: { sql: text, column: name },
    });
  });
}

const TYPE = /^(\w+)(?:\((\d+)(?:,(\d+))?\))?/;

function targetColumn(
  name: string,
  text: string,
  collation: string | null | undefined,
): TargetColumn {
  const match = TYPE.exec(text);
  const type = match?.[1] ?? text;
  const number = (digits: string | undefined): number | undefined =>
    digits === undefined ? undefined : Number(digits);
  return {
    name,
    type,
    unsigned: text.includes("unsigned"),
    length: number(match?.[2]),
    scale: number(match?.[3]),
    charset: collation?.split("_")[0],
    padded: type === "char" || type === "binary",
  };
}

/** The table as its columns are in the database, as far as what they can keep goes. */
export function storedTable(table: Table, targets: readonly TargetColumn[]): Table {
  return tableFromFields(
    table.name,
    table.fields.map(({ name, column }, k) => ({
      name,
      column: { type: storedType(targets[k]!, column.type), nullable: true },
    })),
  );
}

function storedType(target: TargetColumn, given: LogicalType): LogicalType {
  const { type, unsigned, length, scale } = target;
  switch (type) {
    case "tinyint":
      if (length === 1) return { kind: "bool" };
      return { kind: unsigned ? "uint8" : "int8" };
    case "smallint":
      return { kind: unsigned ? "uint16" : "int16" };
    case "year":
      return { kind: "int16" };
    case "mediumint":
    case "int":
      return { kind: unsigned ? "uint32" : "int32" };
    case "bigint":
      return { kind: unsigned ? "uint64" : "int64" };
    case "bit":
      return { kind: length === 1 ? "bool" : "uint64" };
    case "float":
      return { kind: "float32" };
    case "double":
      return { kind: "float64" };
    case "decimal":
      return { kind: "decimal", precision: Math.min(38, length ?? 10), scale: scale ?? 0 };
    case "date":
      return { kind: "date" };
    case "datetime":
    case "timestamp":
      return momentType(target, given);
    case "binary":
    case "varbinary":
    case "tinyblob":
    case "blob":
    case "mediumblob":
    case "longblob":
      return { kind: "binary" };
    case "char":
    case "varchar":
    case "tinytext":
    case "text":
    case "mediumtext":
    case "longtext":
    case "json":
    case "enum":
    case "set":
    case "uuid":
    case "inet4":
    case "inet6":
      return { kind: "utf8" };
    default:
      throw new SqlError(
        "SQL_LOAD_FAILED",
        `Column "${target.name}" is a ${type}, which cannot be loaded.`,
        {
          hint: "Load it into another column, and convert it there.",
          details: { column: target.name },
        },
      );
  }
}

/** A timestamp of so few digits that it would round what is given cannot have it. */
function momentType({ name, length: digits = 0 }: TargetColumn, given: LogicalType): LogicalType {
  const utc = given.kind !== "timestamp" || given.utc;
  if (digits >= 6) return { kind: "timestamp", unit: "us", utc };
  if (digits >= 3 || given.kind !== "timestamp") return { kind: "timestamp", unit: "ms", utc };
  throw new SqlError(
    "SQL_LOAD_FAILED",
    `Column "${name}" keeps ${digits} digits of a second, and the data may have more: values would be rounded.`,
    { hint: "Give it at least 3 digits: DATETIME(3).", details: { column: name } },
  );
}
