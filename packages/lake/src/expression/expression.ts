import type { WhereValue } from "../where/expression.ts";

/** A value computed from the columns of a row. Made by `sql`, `col`, `source` and the functions of this module; plain data. */
export type Expression =
  | {
      readonly op: "column";
      readonly column: string;
      readonly of?: "source" | "target" | undefined;
    }
  | { readonly op: "literal"; readonly value: WhereValue | null }
  | { readonly op: "sql"; readonly text: string };

/** A value or an expression that computes one. */
export type Value = WhereValue | null | Expression;
