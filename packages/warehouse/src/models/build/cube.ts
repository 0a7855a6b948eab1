import { invalidDefinition } from "../../define/names.ts";
import { assertKnown } from "../../options.ts";
import type { SelectContext } from "../context.ts";
import type { Expr } from "./expr.ts";
import type { AnyScope, From } from "./from.ts";
import { cubeOf, grouping, type GroupingSets, groupingSets, rollup } from "./grouping.ts";
import type { Query } from "./query.ts";

type Exprs = Readonly<Record<string, Expr>>;

/** What is totalled, by what. */
export interface CubeOptions<S extends AnyScope, D extends Exprs, M extends Exprs> {
  /** The tables, joined and filtered: `({ from }) => from({ s: sales }).join(…)`. */
  readonly from: (context: SelectContext) => From<S>;
  /** What is grouped by, by name. */
  readonly dimensions: (scope: S) => D;
  /** What is totalled, by name. */
  readonly measures: (scope: S) => M;
  /** "rollup": totals of every level; "cube": of every combination; or the combinations, by name: `[["day"], []]`. */
  readonly sets: "rollup" | "cube" | readonly (readonly (keyof D & string)[])[];
}

/**
 * The `select` of an OLAP cube: measures for several combinations of dimensions at once. A dimension that a row leaves
 * out is null, and its bit of the column `grouping_id` is 1; the first dimension has the highest bit. Native where the
 * engine has GROUPING SETS, else one SELECT a set, with the same rows.
 */
export function cube<S extends AnyScope, const D extends Exprs, const M extends Exprs>(
  options: CubeOptions<S, D, M>,
): (context: SelectContext) => Query<(keyof D & string) | (keyof M & string) | "grouping_id"> {
  const known = ["from", "dimensions", "measures", "sets"];
  assertKnown("cube", options, known, "WAREHOUSE_INVALID_DEFINITION");
  return (context) =>
    options
      .from(context)
      .groupBy((scope) => setsOf(options.sets, options.dimensions(scope)))
      .select((scope) => {
        const dimensions = options.dimensions(scope);
        return {
          ...dimensions,
          grouping_id: grouping(...Object.values(dimensions)),
          ...options.measures(scope),
        };
      }) as Query<(keyof D & string) | (keyof M & string) | "grouping_id">;
}

function setsOf(
  sets: "rollup" | "cube" | readonly (readonly string[])[],
  dimensions: Exprs,
): GroupingSets {
  const all = Object.values(dimensions);
  if (all.length === 0) throw invalidDefinition("A cube has no dimension.");
  if (sets === "rollup") return rollup(all);
  if (sets === "cube") return cubeOf(all);
  if (typeof sets === "string")
    throw invalidDefinition(`The sets of a cube are "${String(sets)}".`);
  return groupingSets(
    sets.map((names) =>
      names.map((name) => {
        const dimension = Object.hasOwn(dimensions, name) ? dimensions[name] : undefined;
        if (dimension) return dimension;
        throw invalidDefinition(
          `A set of a cube names "${name}", which is no dimension.`,
          `The dimensions are ${Object.keys(dimensions).join(", ")}.`,
        );
      }),
    ),
  );
}
