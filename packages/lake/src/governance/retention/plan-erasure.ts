import type { JobOptions } from "@lakewright/core";
import { readPlaced } from "../../change/placed-rows.ts";
import { RowWriter } from "../../change/row-writer.ts";
import { canonicalPath } from "../../delta/data-files/paths.ts";
import { intervalProperty } from "../../delta/schema/properties.ts";
import { assertWritable } from "../../delta/schema/protocol.ts";
import { checkOptions, invalidOption, isBoolean, isObject, jobChecks } from "../../options.ts";
import { RowRules } from "../../rules/row-rules.ts";
import type { Clock } from "../../store/clock.ts";
import { commitActions } from "../../table/commit-actions.ts";
import type { DeltaTable } from "../../table/delta-table.ts";
import { removeOf } from "../../table/remove.ts";
import type { LakeTable } from "../../table/types.ts";
import { bindWhere } from "../../where/bind.ts";
import { loadEngine } from "../../where/engine.ts";
import type { Where } from "../../where/expression.ts";
import { holdingFiles } from "./holding-files.ts";
import { assertNotHeld, legalHoldOf } from "./legal-hold.ts";
import type { ErasureOptions, ErasurePlan, ErasureResult, HoldingFile } from "./types.ts";

const RETENTION_MS = 168 * 3_600_000;

/**
 * Plans to erase rows, as a person may ask for: from the table, from its earlier versions and from the store.
 *
 * What holds when: once `run` has resolved no reader of the latest version sees the rows, and no file of that version has
 * them, hidden or not. Earlier versions still do until their files are removed: at once with `vacuumNow`, else by the
 * first vacuum after the table's retention; `remaining` lists them. Not reached are copies: files that are in no version
 * the log tells (a vacuum removes those of broken writers), shallow clones and deep ones, backups, versions a bucket
 * keeps; and values in the log itself: least and greatest values of statistics, texts of conditions and names of
 * partitions stay until the commits and checkpoints that have them are cleaned up (`cleanLog`).
 *
 * @throws LakeError LAKE_INVALID_OPTION
 */
export async function planErasure(
  table: LakeTable,
  where: Where,
  options: ErasureOptions = {},
): Promise<ErasurePlan> {
  checkOptions("planErasure", options, { ...jobChecks, vacuumNow: isBoolean });
  if (isObject(where) !== undefined) {
    throw invalidOption("planErasure: where is no condition.", 'Write eq("user_id", 7n).');
  }
  const { signal, onProgress } = options;
  const target = table as DeltaTable;
  await loadEngine();
  await table.refresh();
  const deletion = await table.planDelete(where, { signal });
  const find = (): Promise<HoldingFile[]> =>
    holdingFiles(target, bindWhere(target.layout.table, where), signal);
  const files = await find();
  return {
    version: deletion.version,
    rows: deletion.rows,
    files,
    versions: versionsOf(files, deletion.version),
    legalHold: legalHoldOf(table),
    run: async () => {
      await table.refresh();
      assertNotHeld(table, "erasure");
      const change = await deletion.run();
      const filesRewritten = await rewriteHiding(target, await find(), { signal, onProgress });
      let filesRemoved = 0;
      if (options.vacuumNow) {
        await nextMillisecond(target.clock);
        const now = { retainHours: 0, allowShortRetention: true, signal };
        ({ filesRemoved } = await table.vacuum(now));
      }
      const remaining = await find();
      return result(target, {
        rowsDeleted: change.rowsDeleted,
        filesRewritten,
        filesRemoved,
        remaining,
      });
    },
  };
}

/** A vacuum keeps files that were taken out in the millisecond it runs in. A clock that stands still is not waited for. */
async function nextMillisecond(clock: Clock): Promise<void> {
  const start = clock();
  for (let k = 0; k < 20 && clock() <= start; k++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

function result(
  { version, state, clock }: DeltaTable,
  did: Omit<ErasureResult, "version" | "erasableAt">,
): ErasureResult {
  const retention =
    intervalProperty(state.metadata.configuration, "delta.deletedFileRetentionDuration") ??
    RETENTION_MS;
  return {
    version,
    ...did,
    erasableAt: did.remaining.length > 0 ? clock() + retention : undefined,
  };
}

function versionsOf(files: readonly HoldingFile[], latest: bigint): bigint[] {
  const versions = new Set<bigint>();
  for (const { from, to = latest + 1n } of files) {
    for (let version = from; version < to; version++) versions.add(version);
  }
  return [...versions].sort((a, b) => (a < b ? -1 : 1));
}

/** Writes files of the latest version again that have the rows behind a deletion vector. */
async function rewriteHiding(
  target: DeltaTable,
  held: readonly HoldingFile[],
  options: JobOptions,
): Promise<number> {
  const paths = new Set(held.filter(({ to }) => to === undefined).map(({ path }) => path));
  if (paths.size === 0) return 0;
  const { store, state, layout } = target;
  const { protocol, metadata, version } = state;
  assertWritable(protocol, metadata, target.location);
  const files = [...state.files.values()].filter(({ path }) => paths.has(canonicalPath(path)));
  const rows = new RowWriter(
    target,
    new RowRules(protocol, metadata, layout, target.clock()),
    options,
  );
  try {
    for (const file of files) {
      for await (const { batch } of readPlaced(store, file, layout, { signal: options.signal })) {
        await rows.copy(batch);
      }
    }
    const written = await rows.finish();
    const now = target.clock();
    await commitActions(target, options, written, {
      operation: "OPTIMIZE",
      parameters: { predicate: "[]" },
      metrics: { numRemovedFiles: files.length, numAddedFiles: written.adds.length },
      actions: [
        ...files.map((file) => ({ remove: { ...removeOf(file, now), dataChange: false } })),
        ...written.adds.map((add) => ({ add: { ...add, dataChange: false } })),
      ],
      expects: { version, reads: "nothing", transactions: new Map() },
    });
  } catch (error) {
    await rows.discard();
    throw error;
  }
  return files.length;
}
