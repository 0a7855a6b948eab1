import type { Column, Decimal } from "@lakewright/core";
import { bind, type Dialect, Sql, sql } from "@lakewright/sql";
import type { Relation } from "../relation.ts";

/** How a value reaches a column, in the words of OpenLineage's columnLineage facet. */
type DirectUse = "IDENTITY" | "TRANSFORMATION" | "AGGREGATION";
export type IndirectUse = "JOIN" | "FILTER" | "GROUP_BY" | "SORT" | "WINDOW" | "CONDITIONAL";

/** A column of a relation that a column of a result comes from, or that decides about it. */
export interface ColumnUse {
  readonly relation: Relation;
  readonly column: string;
  readonly use: DirectUse | IndirectUse;
}

/** What an expression is written for: plainly, or for one of the sets of a GROUP BY. */
export interface Setting {
  /** Keys of expressions that the set leaves out: they are null, outside of aggregates. */
  readonly absent: ReadonlySet<string>;
  /** Whether the set is one SELECT of several; then `grouping()` is a number known beforehand. */
  readonly emulated: boolean;
}

export const PLAIN: Setting = { absent: new Set(), emulated: false };

export interface ExprParts {
  readonly write: (setting: Setting) => Sql;
  readonly direct?: readonly ColumnUse[] | undefined;
  readonly indirect?: readonly ColumnUse[] | undefined;
  readonly column?: Column | undefined;
  readonly dialect?: Dialect | undefined;
  readonly windowed?: boolean | undefined;
  /** Default true; an aggregate's inside does not know of the sets it is computed for. */
  readonly replaceable?: boolean | undefined;
}

/** An expression of the builder: SQL that knows which columns it is made of. */
export class Expr<T = unknown> extends Sql {
  /** Types only: never set. */
  declare readonly $value?: T;
  /** @internal */
  readonly of: ExprParts;
  private key: string | undefined;

  constructor(parts: ExprParts) {
    super(parts.write(PLAIN).parts);
    this.of = parts;
  }

  /** @internal The expression for one set of a GROUP BY. */
  within(setting: Setting): Sql {
    if (setting === PLAIN) return this;
    if (this.of.replaceable !== false && setting.absent.has(this.identity())) return sql`NULL`;
    return this.of.write(setting);
  }

  /** @internal Equal for expressions that are written alike. */
  identity(): string {
    this.key ??= JSON.stringify(this.parts, (_, value: unknown) =>
      typeof value === "bigint" ? `${value}n` : value,
    );
    return this.key;
  }
}

/** A value whose type is not known here; whatever it is compared with is taken. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- unknown would refuse every operand
export type Untyped = any;

/** A value that stands where an expression may: literals are bound, never pasted. */
export type Operand<T = unknown> =
  Expr<T> | (unknown extends T ? Value : NonNullable<T> extends Numeric ? Numeric | string : T);

export type Numeric = number | bigint | Decimal;
type Value = string | number | bigint | boolean | Decimal | Date | Uint8Array | null;

/** The value as an expression, bound as the type of `like` where that is known. */
export function operand(value: unknown, like?: Expr): Expr {
  if (value instanceof Expr) return value;
  if (value instanceof Sql) return new Expr({ write: () => value });
  const type = like?.of.column?.type;
  const bound = type === undefined || value === null ? sql`${value}` : bind(value, type);
  return new Expr({ write: () => bound, column: like?.of.column });
}

/** An expression of others: their columns become its own, as `use` says. */
export function derive<T>(
  inputs: readonly Expr[],
  write: (setting: Setting) => Sql,
  extra: Omit<ExprParts, "write"> & { readonly use?: DirectUse } = {},
): Expr<T> {
  return new Expr<T>({
    write,
    direct: extra.direct ?? inputs.flatMap((input) => raise(input.of.direct, extra.use)),
    indirect: extra.indirect ?? inputs.flatMap((input) => input.of.indirect ?? []),
    column: extra.column,
    dialect: extra.dialect ?? dialectOf(inputs),
    windowed: extra.windowed ?? inputs.some((input) => input.of.windowed === true),
    replaceable: extra.replaceable,
  });
}

export function dialectOf(inputs: readonly Expr[]): Dialect | undefined {
  return inputs.find((input) => input.of.dialect !== undefined)?.of.dialect;
}

/** The uses, no weaker than `use`: an aggregate of a copy is an aggregate, a copy of an aggregate as well. */
export function raise(
  uses: readonly ColumnUse[] = [],
  use: DirectUse = "TRANSFORMATION",
): readonly ColumnUse[] {
  return uses.map((of) => (of.use === "AGGREGATION" ? of : { ...of, use }));
}

/** The columns an expression is made of, as what decides rather than what is copied. */
export function deciding(inputs: readonly Expr[], use: IndirectUse): readonly ColumnUse[] {
  return inputs.flatMap((input) => [
    ...(input.of.direct ?? []).map((of) => ({ ...of, use })),
    ...(input.of.indirect ?? []),
  ]);
}
