import { type Columns, defineTable } from "@lakewright/core";
import { assertKnown } from "../options.ts";
import { assertKey, defaultKey, type Dimension, freezeDimension, plain } from "./dimension.ts";
import { invalidDefinition, namesOf } from "./names.ts";
import type { DefaultKey } from "./rows.ts";

/** The flags a junk dimension gathers, and what its key is called. */
export interface JunkDimensionOptions<C extends Columns, S extends string = string> {
  /** Flags and codes too small for dimensions of their own. None may be nullable: give "none" a value. */
  readonly columns: C;
  /** Name of the surrogate key. Default: the table's name without "dim_", and "_key". */
  readonly surrogateKey?: S | undefined;
}

/**
 * A junk dimension (Kimball): one row for each combination of its columns that a fact has come with, its key all of them.
 * Facts fill it while they load, whatever their `unknownMembers` says; it takes no loads of its own.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION
 */
export function junkDimension<
  const C extends Columns,
  const N extends string,
  const S extends string = DefaultKey<N>,
>(name: N, options: JunkDimensionOptions<C, S>): Dimension<C, keyof C & string, S, "scd0", never> {
  const known = ["columns", "surrogateKey"];
  assertKnown(`Junk dimension "${name}"`, options, known, "WAREHOUSE_INVALID_DEFINITION");
  if (Object.keys(options.columns ?? {}).length === 0) {
    throw invalidDefinition(`Junk dimension "${name}" has no columns.`);
  }
  const input = defineTable(name, options.columns);
  const key = namesOf(input);
  assertKey(name, key, input);
  const surrogateKey = options.surrogateKey ?? defaultKey(name);
  return freezeDimension({
    ...plain,
    name,
    input,
    key,
    surrogateKey,
    junk: true,
  }) as unknown as Dimension<C, keyof C & string, S, "scd0", never>;
}
