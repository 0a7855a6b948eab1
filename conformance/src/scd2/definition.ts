import { bool, type Column, float64, int64, nullable, timestamp, utf8 } from "@lakewright/core";
import { type Dimension, dimension, type LoadOptions } from "@lakewright/warehouse";
import type { Scd2Case, Value } from "./case.ts";

/** The dimension a case is about; its columns have the types of the values. */
export function dimensionOf(given: Scd2Case): Dimension {
  const { options, strategy, key } = given;
  const { updatedAt, hashColumn } = options;
  const rows = given.batches.flatMap((batch) => batch.rows);
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
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
    firstVersionFrom: firstVersionFrom(options),
  });
}

/** The options of every load of a case. What the package does not have, it is left to refuse. */
export function loadOptionsOf({ options }: Scd2Case): LoadOptions {
  const { deletes, deleteScope } = options;
  if (deletes === "ignore") return {};
  return {
    deletes: deletes as "close",
    maxClosedShare: 1,
    ...(deleteScope === "full" ? {} : { scope: deleteScope }),
  };
}

function firstVersionFrom({
  firstLoadFrom,
  newKeyFrom,
}: Scd2Case["options"]): "change" | "epoch" | "epoch-on-first-load" {
  if (firstLoadFrom !== "epoch") return "change";
  return newKeyFrom === "epoch" ? "epoch" : "epoch-on-first-load";
}

function columnOf(values: readonly Value[]): Column {
  if (values.every((value) => Number.isSafeInteger(value))) return int64();
  if (values.every((value) => typeof value === "number")) return float64();
  return values.every((value) => typeof value === "boolean") ? bool() : utf8();
}
