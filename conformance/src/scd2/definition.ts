import { bool, type Column, float64, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import {
  type Dimension,
  dimension,
  type FirstVersionFrom,
  type LoadOptions,
} from "@lakewright/warehouse";
import type { Scd2Case, Value } from "./case.ts";

/** The dimension a case is about; its columns have the types of the values. */
export function dimensionOf(given: Scd2Case): Dimension {
  const { options, strategy, key } = given;
  const { updatedAt, hashColumn } = options;
  const rows = given.batches.flatMap((batch) => batch.rows);
  const names = given.targetColumns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const columns = Object.fromEntries(
    names.map((name): [string, Column] => {
      const values = rows.map((row) => row[name] ?? null);
      const isTime = strategy === "timestamp" && name === updatedAt;
      const base = isTime ? timestamp("us") : columnOf(values.filter((value) => value !== null));
      return [name, values.includes(null) ? nullable(base) : base];
    }),
  );
  const tracked =
    strategy === "hash" ? [hashColumn!] : options.tracked === "all" ? undefined : options.tracked;
  return dimension("dim_case", {
    key,
    versioning: "scd2",
    columns,
    ...(tracked && { tracked }),
    ...(strategy === "timestamp" && { updatedAt: updatedAt! }),
    firstVersionFrom: firstVersionFrom(given),
  }) as unknown as Dimension;
}

/** The options of every load of a case. */
export function loadOptionsOf({ options }: Scd2Case): LoadOptions {
  const { deletes, deleteScope } = options;
  if (deletes === "ignore") return {};
  return {
    deletes: deletes as "close" | "tombstone",
    maxClosedShare: 1,
    ...(deleteScope === "full" ? {} : { scope: deleteScope }),
  };
}

/** Where first versions start. @throws Error where the package has no word for what the case wants. */
function firstVersionFrom({ strategy, options }: Scd2Case): FirstVersionFrom {
  const { firstLoadFrom, newKeyFrom, reopenFrom } = options;
  const change = strategy === "timestamp" ? "updated_at" : "batch";
  const later = [change, "max(updated_at,last_valid_to)"];
  if (reopenFrom !== undefined && !later.includes(reopenFrom)) {
    throw new Error(`members come back from "${reopenFrom}", which no option says`);
  }
  const wanted = `${firstLoadFrom}, then ${newKeyFrom}`;
  if (wanted === `${change}, then ${change}`) return "change";
  if (wanted === "epoch, then epoch") return "epoch";
  if (wanted === `epoch, then ${change}`) return "epoch-on-first-load";
  throw new Error(`first versions start at ${wanted}, which no option says`);
}

function columnOf(values: readonly Value[]): Column {
  if (values.every((value) => Number.isSafeInteger(value))) return int64();
  if (values.every((value) => typeof value === "number")) return float64();
  return values.every((value) => typeof value === "boolean") ? bool() : utf8();
}
