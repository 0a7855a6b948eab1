import type { RowsOrBatches } from "@lakewright/core";
import { beginChange } from "../../change/begin-change.ts";
import { isLakeError, LakeError } from "../../errors.ts";
import type { WriteTarget } from "../../table/commit-actions.ts";
import { checkedTxn, isApplied, type Txn } from "../../table/transaction.ts";
import type { Shape } from "./columns.ts";
import { type Load, readLoad } from "./load.ts";
import { planLoad } from "./plan-load.ts";
import { microsOf } from "./time.ts";
import type { RecordOptions, RecordResult } from "./types.ts";
import { boundOf, type Recorded, scanVersions } from "./versions.ts";
import { writeLoad } from "./write-load.ts";

/** Other loaders may be faster so many times. */
const MOST_ATTEMPTS = 50;
const DEFAULT_DELETED_SHARE = 0.5;

interface History {
  readonly target: WriteTarget;
  readonly shape: Shape;
  readonly source: { readonly system: string; readonly table: string };
}

/** Records a load: works out what it changes and commits that, anew where another writer was faster. */
export async function recordLoad(
  history: History,
  rows: RowsOrBatches,
  options: RecordOptions,
): Promise<RecordResult> {
  const at = options.at === undefined ? undefined : microsOf("record: at", options.at);
  const txn = options.txn && checkedTxn("record", options.txn);
  const { target, shape } = history;
  if (txn) {
    await target.mutex.run(() => target.advance());
    if (isApplied(target.state, txn)) return unwritten(target, 0);
  }
  const load = await readLoad(shape, rows, options.signal);
  for (let attempt = 1; ; attempt++) {
    options.signal?.throwIfAborted();
    try {
      return await attemptLoad(history, load, { options, at, txn });
    } catch (error) {
      if (!isLakeError(error, "LAKE_COMMIT_CONFLICT") || attempt === MOST_ATTEMPTS) throw error;
    }
  }
}

interface Asked {
  readonly options: RecordOptions;
  readonly at: bigint | undefined;
  readonly txn: Txn | undefined;
}

async function attemptLoad(
  { target, shape, source }: History,
  load: Load,
  { options, at, txn }: Asked,
): Promise<RecordResult> {
  const { mode, signal, onProgress, fileName } = options;
  // A row another loader appended for a key of this load must have been seen.
  const isolation = "Serializable";
  const change = await beginChange(target, { signal, onProgress, isolation, txn });
  if (change.isApplied) return unwritten(target, load.rows);
  const now = BigInt(Math.floor(target.clock())) * 1000n;
  const read = boundOf(load, mode, at);
  const recorded = await scanVersions(change, { shape, load, mode, at, where: read });
  if (mode === "snapshot") assertPlausible(load, recorded, options);
  const plan = planLoad({ load, recorded, at, now });
  const changes = plan.endings.length + plan.beginnings.length;
  if (changes === 0 && !txn) return { ...plan.counts, version: change.version, written: false };
  const { written } = await writeLoad({
    change,
    shape,
    load,
    plan,
    origin: { ...source, fileName: fileName ?? null, now },
    parameters: { mode, sourceSystem: source.system, sourceTable: source.table },
    signal,
  });
  if (!written) return unwritten(target, load.rows);
  return { ...plan.counts, version: target.state.version, written: changes > 0 };
}

/** An extract that broke off looks like a source that lost its rows. */
function assertPlausible(load: Load, { missing, living }: Recorded, options: RecordOptions): void {
  const share = options.maxDeletedShare ?? DEFAULT_DELETED_SHARE;
  if (missing.length === 0 || missing.length <= share * living) return;
  throw new LakeError(
    "LAKE_INVALID_VALUE",
    `record: an extract of ${load.rows} rows would delete ${missing.length} of ${living} keys, more than a share of ${share}.`,
    {
      hint: 'Look whether the extract is whole. If it is, allow it by maxDeletedShare; for a part of the rows use mode "changes".',
      details: { rows: load.rows, deleted: missing.length, living },
    },
  );
}

function unwritten(target: WriteTarget, rowsRead: number): RecordResult {
  return {
    version: target.state.version,
    written: false,
    rowsRead,
    rowsInserted: 0,
    rowsChanged: 0,
    rowsDeleted: 0,
    rowsUnchanged: 0,
    rowsIgnored: 0,
  };
}
