import type { Column, Columns, RowInputOf, RowOf } from "@lakewright/core";
import type { Dimension } from "./dimension.ts";
import type { RoleDefinitions } from "./references.ts";
import type { AnyRow, Flatten } from "./rows.ts";

/** The columns, which may be null. */
type Nullable<C extends Columns> = {
  readonly [K in keyof C]: C[K] extends Column<infer O, infer I, infer Kind>
    ? Column<O | null, I | null | undefined, Kind>
    : never;
};

type DimensionOf<R> = R extends Dimension
  ? R
  : R extends { readonly dimension: infer D extends Dimension }
    ? D
    : never;

type KeyOf<D> = D extends {
  readonly input: { readonly columns: infer C };
  readonly key: readonly (infer K)[];
}
  ? Pick<C, K & keyof C>
  : {};

type Renamed<C, N> =
  N extends Readonly<Record<string, string>>
    ? { readonly [P in keyof C as P extends keyof N ? N[P] : P]: C[P] }
    : C;

/** Natural key columns a role brings, under the names they have in the rows. */
type GivenKey<R> = Renamed<
  KeyOf<DimensionOf<R>>,
  R extends { readonly key: infer N extends Readonly<Record<string, string>> } ? N : undefined
>;

/** Natural key columns a role brings: nullable where it says what null is, or is a milestone. */
type KeyColumns<R, IsMilestone extends boolean> =
  GivenKey<R> extends infer C extends Columns
    ? true extends IsMilestone
      ? Nullable<C>
      : R extends { readonly absent: string }
        ? Nullable<C>
        : C
    : {};

/** The dimension of each role. */
export type RoleDimensions<D extends RoleDefinitions> = {
  readonly [R in keyof D & string]: DimensionOf<D[R]>;
};

/** The keys of all roles together. */
export type RoleColumns<D extends RoleDefinitions, Ms extends string = never> = Intersection<
  { [R in keyof D]: KeyColumns<D[R], R extends Ms ? true : false> }[keyof D]
>;

type Intersection<U> = (U extends unknown ? (value: U) => void : never) extends (
  value: infer I,
) => void
  ? I
  : never;

/** Columns of the rows a fact takes: natural keys, grain (text where named nowhere else), measures, attributes. */
export type FactColumns<
  G extends string,
  D extends RoleDefinitions,
  M extends Columns,
  A extends Columns,
  Ms extends string = never,
> =
  Flatten<
    Omit<RoleColumns<D, Ms>, keyof M | keyof A> &
      M &
      A & {
        readonly [P in Exclude<G, keyof D | keyof M | keyof A | keyof RoleColumns<D, Ms>>]: Column<
          string,
          string,
          "utf8"
        >;
      }
  > extends infer R extends Columns
    ? R
    : never;

/** A stored row of a fact: the surrogate keys of its roles instead of natural keys, and its own columns. */
export type FactRow<
  I extends Columns,
  G extends string,
  D extends RoleDefinitions,
  M extends Columns,
  A extends Columns,
  L extends string,
  S extends string,
  SN extends { readonly date: string; readonly version: string } = never,
> = Flatten<
  { readonly [R in keyof D & string as `${R}_key`]: bigint } & RowOf<
    Pick<I, (Exclude<G, keyof D> | keyof M | keyof A) & keyof I>
  > & { readonly [P in L]: number | null } & { readonly [P in S]: bigint } & {
      readonly [P in SN["date"]]: string;
    } & { readonly [P in SN["version"]]: number }
>;

/** What names a row of a fact: its grain, with the natural keys of the roles in it, and the day and version of a snapshot. */
export type FactKey<
  I extends Columns,
  G extends string,
  D extends RoleDefinitions,
  SN extends { readonly date: string; readonly version: string } = never,
> = string extends G
  ? AnyRow
  : Flatten<
      Pick<
        RowInputOf<I>,
        (Exclude<G, keyof D> | keyof GrainKeys<Pick<D, G & keyof D>>) & keyof RowInputOf<I>
      > & { readonly [P in SN["date"]]: string } & { readonly [P in SN["version"]]: number }
    >;

/** Natural keys of roles, by column. */
type GrainKeys<D extends RoleDefinitions> = [keyof D] extends [never] ? {} : RoleColumns<D>;
