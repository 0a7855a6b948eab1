import { type Column, Decimal, type Field, formatMicros, toArrowType } from "@lakewright/core";
import { type Dialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { DataType } from "apache-arrow";

/** Bytes of a character, at most. */
const CHARACTER_BYTES = 4;

/** Whether every value of that type is one of the column, the null apart, and is stored as the same by the engine alone. */
export function holdsAll(dialect: Dialect, column: Column, given: DataType): boolean {
  const { type } = column;
  const plain = DataType.isDictionary(given) ? given.dictionary : given;
  if (type.kind === "list" || type.kind === "struct" || type.kind === "map") return false;
  if (type.kind === "oneOf") return DataType.isUtf8(plain);
  // MySQL has no booleans: a comparison gives it an integer.
  if (type.kind === "bool" && DataType.isInt(plain)) return hasIntegersForBooleans(dialect, column);
  const wanted = toArrowType(type);
  if (DataType.isInt(wanted) && DataType.isInt(plain)) {
    return plain.isSigned === wanted.isSigned && plain.bitWidth <= wanted.bitWidth;
  }
  if (DataType.isDecimal(wanted) && DataType.isDecimal(plain)) {
    return plain.scale === wanted.scale && plain.precision <= wanted.precision;
  }
  return String(plain) === String(wanted);
}

/**
 * What a row of such columns must not have, each as a condition on the rows called `alias`: the twin, in SQL, of what is
 * looked for in batches. Where it is unsure, such as of how many bytes a text has, it says so too often.
 *
 * @param indexed - columns that are in an index, and how many it has
 */
export function misfits(
  dialect: Dialect,
  alias: string,
  fields: readonly Field[],
  indexed: ReadonlyMap<string, number>,
): readonly Sql[] {
  return fields.flatMap(({ name, column }): Sql[] => {
    const value = id(alias, name);
    const key = indexed.get(name);
    return [
      ...(column.nullable ? [] : [sql`${value} IS NULL`]),
      ...outside(dialect, value, column),
      ...(key === undefined ? [] : tooLong(dialect, value, column, key)),
    ];
  });
}

/** Values the type of the engine has and the column has not: infinite moments, a decimal NaN, which Postgres sorts last. */
function outside(dialect: Dialect, value: Sql, column: Column): Sql[] {
  const { type } = column;
  const literal = (given: unknown): Sql => raw(dialect.literal(given));
  switch (type.kind) {
    case "bool":
      return hasIntegersForBooleans(dialect, column) ? [sql`${value} NOT IN (0, 1)`] : [];
    case "oneOf":
      return [sql`${value} NOT IN (${joinSql(type.values.map(literal))})`];
    case "decimal":
      return [
        sql`${value} > ${literal(new Decimal(10n ** BigInt(type.precision) - 1n, type.scale))}`,
      ];
    case "timestamp": {
      const [first, last] = dialect.instants.map((micros) => {
        const instant = raw(dialect.instantLiteral(micros));
        return type.utc ? instant : dialect.inUtc(instant);
      });
      return [sql`${value} < ${first}`, sql`${value} > ${last}`];
    }
    case "date": {
      const [first, last] = dialect.instants.map((micros) =>
        dialect.cast(literal(formatMicros(micros).slice(0, 10)), column),
      );
      return [sql`${value} < ${first}`, sql`${value} > ${last}`];
    }
    default:
      return [];
  }
}

function hasIntegersForBooleans(dialect: Dialect, column: Column): boolean {
  return /int/i.test(dialect.columnType(column));
}

/** Texts and bytes that an index of so many columns may not take. */
function tooLong(dialect: Dialect, value: Sql, { type }: Column, columns: number): Sql[] {
  const { most, unit } = dialect.keyText(columns);
  if (type.kind === "binary") {
    const bytes = unit === "bytes" ? most : most * CHARACTER_BYTES;
    return [sql`octet_length(${value}) > ${raw(String(bytes))}`];
  }
  if (type.kind !== "utf8" && type.kind !== "oneOf") return [];
  const characters = unit === "bytes" ? Math.floor(most / CHARACTER_BYTES) : most;
  return [sql`char_length(${value}) > ${raw(String(characters))}`];
}
