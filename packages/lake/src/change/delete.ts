import { showValue } from "@lakewright/core";
import type { AddFile } from "../delta/log/actions.ts";
import { boundsOfFile } from "../delta/statistics/read.ts";
import { checkOptions, invalidOption, isObject } from "../options.ts";
import { assertMayRemove } from "../table/append-only.ts";
import type { WriteTarget } from "../table/commit-actions.ts";
import { type Bound, bindWhere } from "../where/bind.ts";
import type { Where } from "../where/expression.ts";
import { alwaysHolds, trustedOf } from "./always-holds.ts";
import { beginChange, changeChecks } from "./begin-change.ts";
import { predicateText } from "./predicate-text.ts";
import type { TableChange } from "./table-change.ts";
import type { ChangeOptions, ChangePlan } from "./types.ts";

/** Plans to remove the rows for which a condition is true. */
export async function planDelete(
  table: WriteTarget,
  where: Where,
  options: ChangeOptions = {},
): Promise<ChangePlan> {
  checkOptions("delete", options, changeChecks);
  if (isObject(where) !== undefined) {
    throw invalidOption(
      `delete: where is ${showValue(where)}, which is no condition.`,
      'Write table.delete(eq("id", 1n)) or table.delete(sql("id = 1")), or table.delete(and()) for all rows.',
    );
  }
  const change = await beginChange(table, options);
  assertMayRemove(table, "deleted");
  const { rows, files } = await removeMatching(change, bindWhere(change.layout.table, where));
  return {
    version: change.version,
    rows,
    filesTouched: files,
    filesSkipped: change.filesSkipped,
    run: () => change.commit("DELETE", { predicate: [predicateText(where)] }),
  };
}

/** Takes out the rows for which a condition is true. Files of which all rows meet it are not read. */
export async function removeMatching(
  change: TableChange,
  where: Bound,
): Promise<{ readonly rows: number; readonly files: number }> {
  const { layout } = change;
  const trusted = trustedOf(layout);
  let rows = 0;
  let files = 0;
  for (const file of change.candidates(where)) {
    const bounds = boundsOfFile(file, layout.byName, layout.partitions);
    const removed = alwaysHolds(where, bounds, trusted)
      ? await change.removeFile(file)
      : await removeFrom(change, file, where);
    if (removed > 0) files++;
    rows += removed;
  }
  return { rows, files };
}

async function removeFrom(change: TableChange, file: AddFile, where: Bound): Promise<number> {
  let rows = 0;
  for await (const { places } of change.read(file, [], where)) {
    change.remove(file, places, "delete");
    rows += places.length;
  }
  return rows;
}
