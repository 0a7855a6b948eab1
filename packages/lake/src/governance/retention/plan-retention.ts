import { columnOf, formatDate, formatMicros } from "@lakewright/core";
import { alwaysHolds } from "../../change/always-holds.ts";
import { canonicalPath } from "../../delta/data-files/paths.ts";
import { boundsOfFile } from "../../delta/statistics/read.ts";
import {
  checkOptions,
  invalidOption,
  isBoolean,
  isFunction,
  jobChecks,
  type OptionCheck,
} from "../../options.ts";
import { mayMatch } from "../../read/prune.ts";
import { systemClock } from "../../store/clock.ts";
import type { DeltaTable } from "../../table/delta-table.ts";
import type { LakeTable } from "../../table/types.ts";
import { bindWhere } from "../../where/bind.ts";
import { lt, type Where } from "../../where/expression.ts";
import { assertNotHeld, legalHoldOf } from "./legal-hold.ts";
import type { RetentionOptions, RetentionPlan } from "./types.ts";

const DAY_MS = 86_400_000;

const isDays: OptionCheck = (value) =>
  typeof value === "number" && value >= 0 && Number.isFinite(value)
    ? undefined
    : "a number of days from 0";

/**
 * Plans to remove the rows of a table that are older than is allowed. Files of which statistics or partition prove every
 * row old enough are removed without being read.
 *
 * A table with the property `lakewright.legalHold` is left alone by `run`. The hold is kept by the verbs of retention and
 * erasure; whoever may write to the table can still call `delete`.
 *
 * @throws LakeError LAKE_INVALID_OPTION
 */
export async function planRetention(
  table: LakeTable,
  options: RetentionOptions,
): Promise<RetentionPlan> {
  checkOptions("planRetention", options, {
    ...jobChecks,
    column: (value) => (typeof value === "string" ? undefined : "the name of a column"),
    olderThanDays: isDays,
    vacuum: isBoolean,
    clock: isFunction,
  });
  const { column, olderThanDays, vacuum, clock = systemClock, signal, onProgress } = options;
  for (const name of ["column", "olderThanDays"] as const) {
    if ((options as Partial<RetentionOptions>)[name] === undefined) {
      throw invalidOption(`planRetention: ${name} is missing.`);
    }
  }
  await table.refresh();
  const { where, before } = cutoff(table, column, clock() - olderThanDays * DAY_MS);
  const deletion = await table.planDelete(where, { signal, onProgress });
  const held = (): void => assertNotHeld(table, "retention");
  return {
    version: deletion.version,
    before,
    rows: deletion.rows,
    ...filesOf(table as DeltaTable, where),
    legalHold: legalHoldOf(table),
    run: async () => {
      // A hold set from here on is a change of the table's metadata, with which the commit conflicts.
      await table.refresh();
      held();
      const change = await deletion.run();
      return { change, ...(vacuum && { vacuum: await table.vacuum({ signal, onProgress }) }) };
    },
  };
}

function cutoff(
  { table }: LakeTable,
  column: string,
  timeMs: number,
): { readonly where: Where; readonly before: string } {
  const { type } = columnOf(table, column);
  if (type.kind === "date") {
    const before = formatDate(Math.floor(timeMs / DAY_MS));
    return { where: lt(column, before), before };
  }
  if (type.kind !== "timestamp") {
    throw invalidOption(
      `planRetention: "${column}" is a ${type.kind}; the age of a row is told by a date or a timestamp.`,
    );
  }
  const ms = BigInt(Math.floor(timeMs));
  const before = formatMicros(ms * 1000n);
  return {
    where: lt(column, type.unit === "ms" ? ms : ms * 1000n),
    before: type.utc ? `${before}Z` : before,
  };
}

function filesOf(
  { state, layout }: DeltaTable,
  where: Where,
): Pick<RetentionPlan, "filesRemoved" | "filesChanged" | "partitionsRemoved"> {
  const bound = bindWhere(layout.table, where);
  const filesRemoved: string[] = [];
  const filesChanged: string[] = [];
  const stays = new Set<string>();
  const folderOf = (path: string): string => path.split("/").slice(0, -1).join("/");
  for (const file of state.files.values()) {
    const bounds = boundsOfFile(file, layout.byName, layout.partitions);
    const path = canonicalPath(file.path);
    if (alwaysHolds(bound, bounds, () => true)) filesRemoved.push(path);
    else {
      stays.add(folderOf(path));
      if (mayMatch(bound, bounds)) filesChanged.push(path);
    }
  }
  const folders = layout.partitionBy.length === 0 ? [] : new Set(filesRemoved.map(folderOf));
  return {
    filesRemoved,
    filesChanged,
    partitionsRemoved: [...folders].filter((folder) => !stays.has(folder)),
  };
}
