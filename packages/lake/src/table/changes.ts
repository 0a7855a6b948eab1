import { extendTable, type Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { collectChanges } from "../delta/log/changes.ts";
import { storedColumns } from "../delta/schema/columns.ts";
import { commitTimes } from "../delta/log/commit-times.ts";
import { layoutOf } from "../delta/schema/layout.ts";
import { loadState, type TableState } from "../delta/log/load.ts";
import { changeColumns, scanChanges } from "../delta/log/scan-changes.ts";
import { parseSchema } from "../delta/schema/schema-json.ts";
import { invalidOption } from "../options.ts";
import { planRead } from "../read/plan.ts";
import type { MutableMetrics } from "../read/scan.ts";
import type { Store } from "../store/store.ts";
import type { ChangesOptions } from "./types.ts";
import { loadEngine, needsEngine } from "../where/engine.ts";

/** The changed rows of a range of versions, in the columns of its last. */
export async function* readChanges(
  store: Store,
  latest: TableState,
  { from, to = latest.version, ...options }: ChangesOptions,
  metrics: MutableMetrics,
): AsyncGenerator<RecordBatch> {
  if (typeof from !== "bigint" || typeof to !== "bigint" || from < 0n || to < from) {
    throw invalidOption(
      `changes: the versions ${String(from)} to ${String(to)} are no range.`,
      "Both are bigint, and `to` is not below `from`.",
    );
  }
  const end = to === latest.version ? latest : await loadState(store, to);
  const versions = await collectChanges(store, from, to);
  const times = new Map(
    (await commitTimes(store, end)).map(({ version, timestampMs }) => [version, timestampMs]),
  );
  const layout = layoutOf(end.protocol, end.metadata, store.location);
  const table: Table = extendTable(
    layout.table,
    Object.fromEntries(changeColumns.map(({ name, column }) => [name, column])),
  );
  const columns = options.columns && [
    ...options.columns,
    ...changeColumns.map((stored) => stored.name),
  ];
  const fields = parseSchema(end.metadata.schemaString);
  if (needsEngine(options.where)) await loadEngine();
  for (const changes of versions) {
    const stored = [...storedColumns(fields, changes.mode), ...changeColumns];
    const plan = planRead(table, stored, changes.mode, { ...options, columns });
    const time = times.get(changes.version) ?? 0;
    yield* scanChanges(store, changes, time, layout.partitions, plan, metrics);
  }
}
