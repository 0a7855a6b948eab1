import { type Column, float64, formatMicros } from "@lakewright/core";
import { bind, type Dialect, type Parameter, raw, type Sql } from "@lakewright/sql";
import { invalidDefinition } from "../define/names.ts";
import { microsOfValue } from "../instant.ts";

/** CAST, in the engine's words. */
export function castSql(dialect: Dialect | undefined, value: Sql, column: Column): Sql {
  if (dialect === undefined) {
    throw invalidDefinition(
      "A conversion does not know its engine: it has no column of a table in it.",
      "Convert an expression that has a column, or write the SQL with ref().",
    );
  }
  return dialect.cast(value, column);
}

/** The number as a double. */
export function doubleSql(dialect: Dialect | undefined, value: Sql): Sql {
  return castSql(dialect, value, float64());
}

/**
 * The statement with its values written out as literals, as a view needs it: one text that is run, shown and hashed.
 */
export function inlined(dialect: Dialect, statement: Sql): Sql {
  return raw(inlineText(dialect, statement));
}

export function inlineText(dialect: Dialect, statement: Sql): string {
  const literals: Dialect = {
    ...dialect,
    placeholder: (_, parameter) => literalOf(dialect, parameter),
  };
  return statement.render(literals).text;
}

function literalOf(dialect: Dialect, { value, type }: Parameter): string {
  if (type === undefined || value === null) {
    const literal = dialect.literal(value);
    return type === undefined ? literal : cast(dialect, literal, { type, nullable: true });
  }
  if (type.kind !== "timestamp") {
    const text = typeof value === "number" && type.kind === "decimal" ? String(value) : value;
    return cast(dialect, dialect.literal(text), { type, nullable: true });
  }
  const micros = microsIn(type.unit, value);
  const literal = type.utc
    ? dialect.instantLiteral(micros)
    : dialect.literal(formatMicros(micros).replace("T", " "));
  return cast(dialect, literal, { type, nullable: true });
}

/** Microseconds since 1970 of a value of a timestamp of that unit. */
function microsIn(unit: "ms" | "us", value: unknown): bigint {
  if (typeof value === "bigint" && unit === "ms") return value * 1000n;
  const micros = microsOfValue(value);
  if (micros === undefined) throw invalidDefinition(`${String(value)} is no moment.`);
  return micros;
}

function cast(dialect: Dialect, literal: string, column: Column): string {
  return dialect.cast(raw(literal), column).render(dialect).text;
}

/** Null of a type. */
export function typedNull(dialect: Dialect, column: Column): Sql {
  return castSql(dialect, raw("NULL"), column);
}

/** A value of a column, written out. */
export function typedLiteral(dialect: Dialect, value: unknown, column: Column): Sql {
  return value === null || value === undefined
    ? typedNull(dialect, column)
    : inlined(dialect, bind(value, column.type));
}
