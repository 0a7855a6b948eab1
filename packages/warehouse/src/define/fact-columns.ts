import type { Column, Columns } from "@lakewright/core";
import type { Dimension } from "./dimension.ts";

/** Which dimensions a fact has: role → dimension, or the dimension and what its key is called in the fact's rows. */
export type RoleDefinitions = Readonly<
  Record<
    string,
    Dimension | { readonly dimension: Dimension; readonly key: Readonly<Record<string, string>> }
  >
>;

/** Natural key columns a role brings. */
type KeyColumns<R> =
  R extends Dimension<infer C, infer K>
    ? Pick<C, K & keyof C>
    : R extends {
          readonly dimension: Dimension<infer C, infer K>;
          readonly key: infer N extends Readonly<Record<string, string>>;
        }
      ? { readonly [P in K & keyof C as P extends keyof N ? N[P] : P]: C[P] }
      : {};

/** The keys of all roles together. */
type AllKeys<D extends RoleDefinitions> = Intersection<
  { [R in keyof D]: KeyColumns<D[R]> }[keyof D]
>;

type Intersection<U> = (U extends unknown ? (value: U) => void : never) extends (
  value: infer I,
) => void
  ? I
  : never;

type Flatten<T> = { readonly [K in keyof T]: T[K] } & {};

/** Columns of the rows a fact takes: natural keys, grain (text where named nowhere else), measures, attributes. */
export type FactColumns<
  G extends string,
  D extends RoleDefinitions,
  M extends Columns,
  A extends Columns,
> =
  Flatten<
    Omit<AllKeys<D>, keyof M | keyof A> &
      M &
      A & {
        readonly [P in Exclude<G, keyof D | keyof M | keyof A | keyof AllKeys<D>>]: Column<string>;
      }
  > extends infer R extends Columns
    ? R
    : never;
