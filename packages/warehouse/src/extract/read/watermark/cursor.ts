import {
  Decimal,
  describeType,
  floorDiv,
  formatDate,
  formatMicros,
  type LogicalType,
  parseDate,
  parseTimestamp,
} from "@lakewright/core";
import { id, joinSql, type Sql, sql } from "@lakewright/sql";
import { showMicros } from "../../../instant.ts";
import { invalid } from "../../../options.ts";
import type { TableSource } from "../../introspect/source-table.ts";
import type { SourceDialect } from "../../sources/source-dialect.ts";
import type { WatermarkStrategy } from "../../strategy.ts";
import { boundTo } from "../ranges/keyset.ts";
import { fieldOf } from "../rows/columns.ts";

/** A value of a cursor as a row gives it: a bigint, a number, a Decimal or text; instants are microseconds. */
export type CursorValue = bigint | number | string | Decimal;

/** How values of one type are kept, moved and compared. Text is only kept: its order is that of the database. */
interface Arithmetic {
  toText(value: CursorValue): string;
  fromText(text: string): CursorValue;
  /** The value as something that can be compared with `<`; undefined for text. */
  readonly rank: ((value: CursorValue) => bigint | number) | undefined;
  /** The value so much earlier: milliseconds of time, units of numbers. */
  readonly back: ((value: CursorValue, by: bigint) => CursorValue) | undefined;
}

const MICROS_PER_DAY = 86_400_000_000n;

/** The column, or the greatest of several, that grows when a row changes. */
export class Cursor {
  readonly names: readonly string[];
  readonly type: LogicalType;
  /** Whether a row may have none. */
  readonly nullable: boolean;
  readonly arithmetic: Arithmetic;
  private readonly nativeType: string | undefined;

  /** @throws WarehouseError WAREHOUSE_INVALID_OPTION where the columns are missing, or of types without an order. */
  constructor(source: TableSource, strategy: WatermarkStrategy, dialect: SourceDialect) {
    this.names = typeof strategy.cursor === "string" ? [strategy.cursor] : strategy.cursor;
    const [first, ...others] = this.names.map((name) => fieldOf(source, "cursor", name).column);
    if (!first) throw invalid("watermark: cursor names no column.");
    for (const other of others) {
      if (other.type.kind === first.type.kind) continue;
      throw invalid(
        `The cursor columns ${this.names.join(", ")} of "${source.table.name}" are ${describeType(first.type)} and ${describeType(other.type)}.`,
        "Columns of one cursor must have one type.",
      );
    }
    const { type } = first;
    this.type = type.kind === "timestamp" ? { ...type, unit: "us" } : type;
    this.nullable = [first, ...others].every((column) => column.nullable);
    const arithmetic = arithmeticOf(this.type);
    if (!arithmetic) {
      throw invalid(
        `The cursor ${this.names.join(", ")} of "${source.table.name}" is ${describeType(type)}, which has no order to read on in.`,
        "A cursor is a timestamp, a date, an integer, a decimal or text.",
      );
    }
    this.arithmetic = arithmetic;
    const described = source.columns?.find((column) => column.name === this.names[0]);
    this.nativeType = dialect.keyCast?.(type, described?.nativeType);
  }

  get isTime(): boolean {
    return this.type.kind === "timestamp" || this.type.kind === "date";
  }

  /** The value of a row. GREATEST of MySQL is null where one value is: each is completed by the others first. */
  get value(): Sql {
    if (this.names.length === 1) return id(this.names[0]!);
    const completed = this.names.map((name, k) => {
      const others = [...this.names.slice(k), ...this.names.slice(0, k)].map((other) => id(other));
      return sql`COALESCE(${joinSql(others)})`;
    });
    return sql`GREATEST(${joinSql(completed)})`;
  }

  fromText(text: string): CursorValue {
    return this.arithmetic.fromText(text);
  }

  /** The value of a text as something that can be compared; undefined for none, and for cursors of text. */
  rankOf(text: string | undefined): bigint | number | undefined {
    return text === undefined ? undefined : this.arithmetic.rank?.(this.fromText(text));
  }

  bind(value: CursorValue): Sql {
    return boundTo({ type: this.type, nativeType: this.nativeType }, value);
  }

  /** Rows at or after the value: one of the columns is, which an index on each can answer. */
  atOrAfter(value: CursorValue): Sql {
    const terms = this.names.map((name) => sql`${id(name)} >= ${this.bind(value)}`);
    return sql`(${joinSql(terms, " OR ")})`;
  }

  atOrBefore(value: CursorValue): Sql {
    const bound = this.bind(value);
    if (this.names.length === 1) return sql`${id(this.names[0]!)} <= ${bound}`;
    const terms = this.names.map((name) => sql`(${id(name)} IS NULL OR ${id(name)} <= ${bound})`);
    return sql`(${joinSql(terms, " AND ")} AND ${this.isThere})`;
  }

  get isMissing(): Sql {
    return sql`(${joinSql(
      this.names.map((name) => sql`${id(name)} IS NULL`),
      " AND ",
    )})`;
  }

  private get isThere(): Sql {
    return sql`(${joinSql(
      this.names.map((name) => sql`${id(name)} IS NOT NULL`),
      " OR ",
    )})`;
  }
}

function arithmeticOf(type: LogicalType): Arithmetic | undefined {
  switch (type.kind) {
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
    case "uint32":
      return {
        toText: String,
        fromText: Number,
        rank: (value) => value as number,
        back: (value, by) => Number(value) - Number(by),
      };
    case "int64":
    case "uint64":
      return {
        toText: String,
        fromText: BigInt,
        rank: (value) => value as bigint,
        back: (value, by) => (value as bigint) - by,
      };
    case "decimal": {
      const unscaled = (value: CursorValue): bigint =>
        Decimal.from(value).rescale(type.scale, "exact").unscaled;
      return {
        toText: String,
        fromText: (text) => Decimal.from(text),
        rank: unscaled,
        back: (value, by) =>
          new Decimal(unscaled(value) - by * 10n ** BigInt(type.scale), type.scale),
      };
    }
    case "timestamp":
      return type.utc ? instants : readings;
    case "date":
      return {
        toText: String,
        fromText: (text) => text,
        rank: (value) => parseDate(value as string) ?? NaN,
        // A part of a day behind is the day before.
        back: (value, by) =>
          formatDate(parseDate(value as string)! + Number(floorDiv(-by * 1000n, MICROS_PER_DAY))),
      };
    case "utf8":
    case "oneOf":
      return { toText: String, fromText: (text) => text, rank: undefined, back: undefined };
    default:
      return undefined;
  }
}

/** @throws TypeError where a state has a text that is no moment */
const microsOfText = (text: string): bigint => parseTimestamp(text)!.micros;

const instants: Arithmetic = {
  toText: (value) => showMicros(value as bigint),
  fromText: microsOfText,
  rank: (value) => value as bigint,
  back: (value, by) => (value as bigint) - by * 1000n,
};

const readings: Arithmetic = {
  toText: String,
  fromText: (text) => text,
  rank: (value) => microsOfText(value as string),
  back: (value, by) => formatMicros(microsOfText(value as string) - by * 1000n),
};
