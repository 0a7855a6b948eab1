import { id, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import type { Role } from "../../define/references.ts";
import { count, type RunningLoad } from "../context.ts";

/** A look-up costs about three times what one row of a table that is hashed does. */
const HASHED_SHARE = 3;

/**
 * Whether the rows are so many beside the members that these are hashed, where an engine has to be told that. The
 * greatest key, which is there at once, says about how many there are.
 */
export async function isMost(
  load: RunningLoad,
  dimension: Dimension,
  rows: number,
): Promise<boolean> {
  const { dialect, place } = load.context;
  if (dialect.hashing === undefined || rows === 0) return false;
  const members = await count(load, {
    name: "see about how many members there are",
    sql: sql`SELECT max(${id(dimension.surrogateKey)}) AS n FROM ${place.id(dimension.name)}`,
  });
  return members <= rows * HASHED_SHARE;
}

/**
 * The names of the dimensions that rows are so many beside. Days and times have no index to look one up by, and versions
 * are put together for each load: those are hashed anyway.
 */
export async function hashedDimensions(
  load: RunningLoad,
  roles: readonly Role[],
  rows: number,
): Promise<ReadonlySet<string>> {
  const hashed = new Set<string>();
  for (const dimension of new Set(roles.map((role) => role.dimension))) {
    const { name, versioning, days, clock } = dimension;
    if (versioning === "scd2" || days !== undefined || clock !== undefined) continue;
    if (await isMost(load, dimension, rows)) hashed.add(name);
  }
  return hashed;
}
