import type { LogicalType } from "@lakewright/core";
import { SqlError } from "../../errors.ts";
import type { FieldDescription, Text } from "../driver.ts";
import { parseBytes, parseDay, parseInstant, parseReading } from "./scalars.ts";

/** How the values of a result column are read. */
export type Shape =
  | {
      readonly kind: "scalar";
      readonly type: LogicalType;
      /** The text as a value a row of that type takes. */
      readonly parse: (text: string, column: string) => unknown;
    }
  /** A numeric without precision and scale: how many digits it needs is seen from its values. */
  | { readonly kind: "numeric" }
  | { readonly kind: "list"; readonly item: Shape };

const scalar = (
  type: LogicalType,
  parse: (text: string, column: string) => unknown = (text) => text,
): Shape => ({ kind: "scalar", type, parse });

const text = scalar({ kind: "utf8" });
const SHAPES: ReadonlyMap<number, Shape> = new Map([
  [16, scalar({ kind: "bool" }, (value) => value === "t")],
  [17, scalar({ kind: "binary" }, parseBytes)],
  [20, scalar({ kind: "int64" }, BigInt)],
  [21, scalar({ kind: "int16" }, Number)],
  [23, scalar({ kind: "int32" }, Number)],
  [26, scalar({ kind: "uint32" }, Number)],
  [700, scalar({ kind: "float32" }, Number)],
  [701, scalar({ kind: "float64" }, Number)],
  [1082, scalar({ kind: "date" }, parseDay)],
  [1114, scalar({ kind: "timestamp", unit: "us", utc: false }, parseReading)],
  [1184, scalar({ kind: "timestamp", unit: "us", utc: true }, parseInstant)],
  // "char", name, text, json, xml, unknown, bpchar, varchar, void, uuid, jsonb
  ...[18, 19, 25, 114, 142, 705, 1042, 1043, 2278, 2950, 3802].map((oid) => [oid, text] as const),
]);

const NUMERIC = 1700;

/** Array types of the server itself: the type of their items. */
const ITEM_TYPES: ReadonlyMap<number, number> = new Map([
  [1000, 16],
  [1001, 17],
  [1002, 18],
  [1003, 19],
  [1016, 20],
  [1005, 21],
  [1007, 23],
  [1009, 25],
  [1028, 26],
  [199, 114],
  [143, 142],
  [1021, 700],
  [1022, 701],
  [1014, 1042],
  [1015, 1043],
  [1182, 1082],
  [1115, 1114],
  [1185, 1184],
  [1231, NUMERIC],
  [2951, 2950],
  [3807, 3802],
]);

/** A type somebody made: CREATE TYPE, an extension. */
export interface UserType {
  readonly oid: number;
  readonly name: string;
  /** Type of the items of an array, base type of a domain; else 0. */
  readonly inner: number;
  /** pg_type.typtype: b, c, d, e, r … */
  readonly kind: string;
  /** pg_type.typcategory: A, S, E … */
  readonly category: string;
}

/** Types by number, those of the server and those read from pg_type. */
export class TypeCatalog {
  private readonly made = new Map<number, UserType>();

  /** Numbers of which nothing is known yet. */
  unknown(oids: readonly number[]): number[] {
    return [...new Set(oids)].filter((oid) => {
      const user = this.made.get(oid);
      if (user !== undefined) return user.inner !== 0 && this.unknown([user.inner]).length > 0;
      return !SHAPES.has(oid) && !ITEM_TYPES.has(oid) && oid !== NUMERIC;
    });
  }

  add(rows: readonly Text[][]): void {
    for (const [oid, name, inner, kind, category] of rows) {
      const type = {
        oid: Number(oid),
        name: name!,
        inner: Number(inner),
        kind: kind!,
        category: category!,
      };
      this.made.set(type.oid, type);
    }
  }

  /** The number of the type values are sent as: of a domain its base. */
  base(oid: number): number {
    const user = this.made.get(oid);
    return user?.kind === "d" ? this.base(user.inner) : oid;
  }

  /** The number of the type of the items of an array; undefined for any other type. */
  itemOf(oid: number): number | undefined {
    const user = this.made.get(oid);
    return ITEM_TYPES.get(oid) ?? (user?.category === "A" ? user.inner : undefined);
  }

  /** Whether the type is sent and received as the text it shows: enums, citext. */
  isTextual(oid: number): boolean {
    const user = this.made.get(oid);
    return user?.kind === "e" || user?.category === "S";
  }

  /** @throws SqlError SQL_UNSUPPORTED for a type no table column holds. */
  shapeOf({ name, dataTypeID, dataTypeModifier }: FieldDescription): Shape {
    const shape = this.find(dataTypeID, dataTypeModifier);
    if (shape !== undefined) return shape;
    const type = this.made.get(dataTypeID)?.name ?? `number ${dataTypeID}`;
    throw new SqlError(
      "SQL_UNSUPPORTED",
      `Column "${name}" has the type ${type}, which no table column holds exactly.`,
      { hint: "Cast it in the query, to text for one.", details: { column: name, type } },
    );
  }

  private find(oid: number, modifier: number): Shape | undefined {
    if (oid === NUMERIC) return numericShape(modifier);
    const item = this.itemOf(oid);
    if (item !== undefined) {
      const inner = this.find(item, modifier);
      return inner && { kind: "list", item: inner };
    }
    const user = this.made.get(oid);
    if (user?.kind === "d") return this.find(user.inner, modifier);
    return this.isTextual(oid) ? text : SHAPES.get(oid);
  }
}

/** The digits of a numeric: https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/numeric.c, make_numeric_typmod */
export function numericDigits(
  modifier: number,
): { readonly precision: number; readonly scale: number } | undefined {
  if (modifier < 4) return undefined;
  const bits = modifier - 4;
  return { precision: (bits >> 16) & 0xffff, scale: ((bits & 0x7ff) ^ 1024) - 1024 };
}

function numericShape(modifier: number): Shape {
  const digits = numericDigits(modifier);
  if (!digits || digits.precision > 38 || digits.scale < 0 || digits.scale > digits.precision) {
    return { kind: "numeric" };
  }
  return scalar({ kind: "decimal", ...digits }, (value, column) => finite(value, column));
}

/** The text of a numeric that is a number. */
export function finite(value: string, column: string): string {
  const last = value.charCodeAt(value.length - 1);
  if (last >= 48 && last <= 57) return value;
  throw new SqlError(
    "SQL_UNSUPPORTED",
    `Column "${column}" has the numeric ${value}, which is no decimal.`,
    {
      hint: "Cast it to double precision in the query, or make it null with nullif(…, 'NaN').",
      details: { column },
    },
  );
}
