import type { LogicalKind, LogicalType } from "./logical.ts";

/**
 * One column of a table: what it holds and whether it may be empty.
 *
 * @typeParam Out - the value a row read from the table has
 * @typeParam In - the values a row written to the table may have
 * @typeParam Kind - what it holds, where that is known: an int32 and a float64 both give numbers, and their sums do not
 */
export interface Column<Out = unknown, In = Out, Kind extends LogicalKind = LogicalKind> {
  readonly type: LogicalType;
  readonly nullable: boolean;
  /** Types only: never set. */
  readonly $out?: Out;
  /** Types only: never set. */
  readonly $in?: In;
  /** Types only: never set. */
  readonly $kind?: Kind;
}

export type Columns = Readonly<Record<string, Column>>;

type Flatten<T> = { [K in keyof T]: T[K] } & {};
type OptionalKeys<C extends Columns> = {
  [K in keyof C]: undefined extends ColumnInput<C[K]> ? K : never;
}[keyof C];

/** The value a column gives when read. */
export type ColumnValue<C extends Column> = C extends Column<infer Out, infer _> ? Out : never;

/** The values a column takes when written. */
export type ColumnInput<C extends Column> = C extends Column<infer _, infer In> ? In : never;

/** What a column holds: all it could where that is not known. */
export type ColumnKind<C extends Column> =
  C extends Column<infer _, infer _, infer Kind> ? Kind : never;

/** A row as read: every column present. */
export type RowOf<C extends Columns> = Flatten<{ readonly [K in keyof C]: ColumnValue<C[K]> }>;

/** A row as written: nullable columns may be left out. */
export type RowInputOf<C extends Columns> = Flatten<
  { readonly [K in Exclude<keyof C, OptionalKeys<C>>]: ColumnInput<C[K]> } & {
    readonly [K in OptionalKeys<C>]?: ColumnInput<C[K]>;
  }
>;
