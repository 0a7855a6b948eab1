import { formatMicros } from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import { type Load, sameEvent } from "./load.ts";
import type { RecordResult } from "./types.ts";
import type { Recorded, Version } from "./versions.ts";

/** A version that ends. */
export interface Ending {
  readonly version: Version;
  readonly at: bigint;
  /** Whether its key is deleted then: a tombstone with its values follows, until the version had ended. */
  readonly isDeleted: boolean;
  /** When the tombstone ends; undefined for one that stays open. */
  tombstoneTo: bigint | undefined;
}

/** A version that begins, with the values of a row of the load. */
export interface Beginning {
  /** The row whose values it has; a tombstone has those of the row before it. */
  readonly row: number;
  readonly from: bigint;
  to: bigint | undefined;
  readonly isDeleted: boolean;
  /** Only the key is known: a record was deleted that had never been seen. */
  readonly isKeyOnly: boolean;
}

/** What a load makes of a table. */
export interface LoadPlan {
  readonly endings: readonly Ending[];
  readonly beginnings: readonly Beginning[];
  readonly counts: Omit<RecordResult, "version" | "written">;
}

interface PlanInput {
  readonly load: Load;
  readonly recorded: Recorded;
  /** The time given for the load; undefined for one after everything recorded. */
  readonly at: bigint | undefined;
  /** Microseconds since 1970. */
  readonly now: bigint;
}

/** Decides which versions end and which begin. */
export function planLoad({ load, recorded, at, now }: PlanInput): LoadPlan {
  const { times, first, next, isDeleted } = load;
  const { covering, isSame, nextFrom, missing, latest } = recorded;
  const after = latest >= now ? latest + 1n : now;
  const endings: Ending[] = [];
  const beginnings: Beginning[] = [];
  const counts = {
    rowsRead: load.rows,
    rowsInserted: 0,
    rowsChanged: 0,
    rowsDeleted: 0,
    rowsUnchanged: 0,
    rowsIgnored: 0,
  };
  for (let id = 0; id < first.length; id++) {
    // The row before, with the version it began or ended: what stands until the next one of the same stretch.
    let last: { row: number; stretch: Version | undefined; open: Ending | Beginning } | undefined;
    for (let row = first[id]!; row >= 0; row = next[row]!) {
      const version = covering[row];
      const time = times?.[row] ?? at ?? after;
      const deleted = isDeleted[row] === 1;
      const before =
        last && last.stretch === version && inStretch(last, nextFrom, row) ? last : undefined;
      if (
        before ? sameEvent(load, before.row, row) : version && says(version, deleted, isSame[row])
      ) {
        counts.rowsUnchanged++;
        continue;
      }
      if (!before && version?.from === time) {
        if (!times) throw contradiction(time);
        counts.rowsIgnored++;
        continue;
      }
      const to = version ? version.to : nextFrom[row];
      counts[deleted ? "rowsDeleted" : before || version ? "rowsChanged" : "rowsInserted"]++;
      if (!before && version && deleted) {
        const ending: Ending = { version, at: time, isDeleted: true, tombstoneTo: to };
        endings.push(ending);
        last = { row, stretch: version, open: ending };
        continue;
      }
      if (before) endAt(before.open, time);
      else if (version) {
        endings.push({ version, at: time, isDeleted: false, tombstoneTo: undefined });
      }
      const beginning: Beginning = {
        row: deleted && before && "row" in before.open ? before.open.row : row,
        from: time,
        to,
        isDeleted: deleted,
        isKeyOnly: deleted && !before,
      };
      beginnings.push(beginning);
      last = { row, stretch: version, open: beginning };
    }
  }
  for (const version of missing) {
    const time = at ?? after;
    if (version.from === time) throw contradiction(time);
    endings.push({ version, at: time, isDeleted: true, tombstoneTo: version.to });
    counts.rowsDeleted++;
  }
  return { endings, beginnings, counts };
}

/** Rows of no version are of one stretch where the same version comes after them. */
function inStretch(
  last: { readonly row: number },
  nextFrom: readonly (bigint | undefined)[],
  row: number,
): boolean {
  return nextFrom[last.row] === nextFrom[row];
}

function says(version: Version, deleted: boolean, isSame: number | undefined): boolean {
  return version.isDeleted === deleted && (deleted || isSame === 1);
}

function endAt(open: Ending | Beginning, time: bigint): void {
  if ("version" in open) open.tombstoneTo = time;
  else open.to = time;
}

function contradiction(time: bigint): LakeError {
  const at = formatMicros(time);
  return new LakeError(
    "LAKE_INVALID_VALUE",
    `record: something else is recorded for ${at}, the time of this load.`,
    { hint: "Give a later `at`, or leave it out.", details: { at } },
  );
}
