import { batchOf, formatDate, type JobOptions, toArrowSchema } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import { FileRewrite, type Rewritten } from "../../change/file-rewrite.ts";
import { ChangeDataWriter } from "../../change/change-data.ts";
import { operationMetrics } from "../../change/metrics.ts";
import { RowWriter } from "../../change/row-writer.ts";
import type { TableChange } from "../../change/table-change.ts";
import { TouchedFiles } from "../../change/touched-files.ts";
import type { AddFile } from "../../delta/actions.ts";
import { canonicalPath } from "../../delta/paths.ts";
import { hasWriterFeature, isEnabled } from "../../delta/protocol.ts";
import { constantColumn } from "../../read/constant.ts";
import { assertMayRemove } from "../../table/append-only.ts";
import { commitActions, versionOf, type WriteTarget } from "../../table/commit-actions.ts";
import type { Bound } from "../../where/bind.ts";
import { selectRows, selectValues } from "../../where/select.ts";
import { booleans, digests, timestamps } from "./arrow-columns.ts";
import * as names from "./columns.ts";
import type { Load } from "./load.ts";
import type { Beginning, Ending, LoadPlan } from "./plan-load.ts";

/** Rows that are made at a time. */
const BATCH_ROWS = 65_536;
const DAY_MICROS = 86_400_000_000n;

/** What every version of a load has in common. */
export interface Origin {
  readonly system: string;
  readonly table: string;
  readonly fileName: string | null;
  /** Microseconds since 1970. */
  readonly now: bigint;
}

export interface WriteLoad {
  readonly target: WriteTarget;
  /** The transaction that was read with; it is not committed, but what it read is. */
  readonly change: TableChange;
  /** The conditions rows were read by. */
  readonly read: Bound;
  readonly shape: names.Shape;
  readonly load: Load;
  readonly plan: LoadPlan;
  readonly origin: Origin;
  readonly txn: { readonly appId: string; readonly version: bigint } | undefined;
  readonly parameters: Readonly<Record<string, string>>;
  readonly options: JobOptions;
}

/** Writes and commits what a load changes, with its transaction. */
export async function writeLoad(work: WriteLoad): Promise<void> {
  const { target, change, plan, txn, options } = work;
  const { protocol, metadata } = change.state;
  if (plan.endings.length > 0) assertMayRemove(target, "updated");
  const files = new Set(change.candidates(work.read).map(({ path }) => canonicalPath(path)));
  const rows = new RowWriter(target, change.rules, options);
  const changeData = isEnabled(metadata, "delta.enableChangeDataFeed")
    ? new ChangeDataWriter(target.store, change.layout, metadata.configuration)
    : undefined;
  const rewrite = new FileRewrite({
    store: target.store,
    layout: change.layout,
    rows,
    changeData,
    vectors:
      hasWriterFeature(protocol, "deletionVectors") &&
      isEnabled(metadata, "delta.enableDeletionVectors"),
    updates: plan.endings.length > 0,
    now: target.clock(),
    signal: options.signal,
  });
  const touched = new TouchedFiles();
  let done: Rewritten;
  try {
    const add = async (batch: RecordBatch, kind: "insert" | "update_postimage"): Promise<void> => {
      const added = await rows.add(batch);
      await changeData?.add(added, kind);
    };
    for (const [file, endings] of byFile(plan.endings)) {
      touched.remove(
        file,
        Uint32Array.from(endings, ({ version }) => version.place),
        "update",
      );
      await endVersions(work, file, endings, add);
    }
    for (let at = 0; at < plan.beginnings.length; at += BATCH_ROWS) {
      options.signal?.throwIfAborted();
      await add(begun(work, plan.beginnings.slice(at, at + BATCH_ROWS)), "insert");
    }
    done = await rewrite.run(touched.values());
  } catch (error) {
    await rewrite.discard();
    throw error;
  }
  const tombstones = plan.endings.filter(({ isDeleted }) => isDeleted).length;
  const counts = {
    ...done.counts,
    rowsDeleted: 0,
    rowsUpdated: plan.endings.length,
    rowsInserted: plan.beginnings.length + tombstones,
  };
  const lastUpdated = target.clock();
  await commitActions(
    target,
    options,
    { ...done.written, discard: () => rewrite.discard() },
    {
      operation: "MERGE",
      parameters: work.parameters,
      metrics: { numSourceRows: work.load.rows, ...operationMetrics("MERGE", counts, done) },
      actions: [...(txn ? [{ txn: { ...txn, lastUpdated } }] : []), ...done.actions],
      expects: {
        version: change.version,
        reads: { where: [work.read], files },
        // A row another loader appended for a key of this load must have been seen.
        isolation: "Serializable",
        transactions: new Map(txn && [[txn.appId, versionOf(change.state, txn.appId)]]),
      },
    },
  );
}

function byFile(endings: readonly Ending[]): ReadonlyMap<AddFile, Ending[]> {
  const files = new Map<AddFile, Ending[]>();
  for (const ending of endings) {
    const { file } = ending.version;
    const list = files.get(file);
    if (list) list.push(ending);
    else files.set(file, [ending]);
  }
  for (const list of files.values()) list.sort((a, b) => a.version.place - b.version.place);
  return files;
}

/** Writes the versions of a file again that end, and the tombstones that follow them. */
async function endVersions(
  { change, origin }: WriteLoad,
  file: AddFile,
  endings: readonly Ending[],
  add: (batch: RecordBatch, kind: "insert" | "update_postimage") => Promise<void>,
): Promise<void> {
  const places = Uint32Array.from(endings, ({ version }) => version.place);
  let at = 0;
  for await (const { batch } of change.readAt(file, places)) {
    const ended = endings.slice(at, (at += batch.numRows));
    const to = timestamps(ended.map((ending) => ending.at));
    await add(replaced(batch, { [names.VALID_TO]: to }), "update_postimage");
    const gone = ended.flatMap(({ isDeleted }, k) => (isDeleted ? [k] : []));
    if (gone.length === 0) continue;
    const stones = gone.map((k) => ended[k]!);
    await add(
      replaced(selectRows(batch, Int32Array.from(gone)), {
        ...originColumns(origin, gone.length),
        [names.IS_DELETED]: booleans(stones.map(() => true)),
        [names.VALID_FROM]: timestamps(stones.map((ending) => ending.at)),
        [names.VALID_TO]: timestamps(stones.map(({ tombstoneTo }) => tombstoneTo)),
      }),
      "insert",
    );
  }
}

/** The versions that begin, as rows of the table. */
function begun({ shape, load, origin }: WriteLoad, beginnings: readonly Beginning[]): RecordBatch {
  const rows = Int32Array.from(beginnings, ({ row }) => row);
  const some = rows.map((row, k) => (beginnings[k]!.isKeyOnly ? -1 : row));
  const hasAll = !beginnings.some(({ isKeyOnly }) => isKeyOnly);
  const values = Object.fromEntries(
    shape.kept.map(({ name }, k) => {
      const all = hasAll || shape.key.includes(name);
      return [name, selectValues(load.batch.data.children[k]!, all ? rows : some)];
    }),
  );
  return madeBatch(shape, rows.length, {
    ...values,
    ...originColumns(origin, rows.length),
    [names.HASH]: digests(load.hashes, rows),
    [names.IS_DELETED]: booleans(beginnings.map(({ isDeleted }) => isDeleted)),
    [names.VALID_FROM]: timestamps(beginnings.map(({ from }) => from)),
    [names.VALID_TO]: timestamps(beginnings.map(({ to }) => to)),
  });
}

function madeBatch(
  { bronze }: names.Shape,
  rows: number,
  columns: Readonly<Record<string, Data>>,
): RecordBatch {
  return batchOf(
    toArrowSchema(bronze),
    rows,
    bronze.fields.map(({ name }) => columns[name]!),
  );
}

function originColumns(origin: Origin, rows: number): Record<string, Data> {
  const constants: Record<string, unknown> = {
    [names.INGESTED_AT]: origin.now,
    [names.SYSTEM]: origin.system,
    [names.SOURCE_TABLE]: origin.table,
    [names.FILE_NAME]: origin.fileName,
    [names.INGESTED_ON]: formatDate(Number(origin.now / DAY_MICROS)),
  };
  return Object.fromEntries(
    Object.entries(constants).map(([name, value]) => [
      name,
      constantColumn(names.bronzeColumns[name]!, value, rows),
    ]),
  );
}

function replaced(batch: RecordBatch, columns: Readonly<Record<string, Data>>): RecordBatch {
  return batchOf(
    batch.schema,
    batch.numRows,
    batch.schema.fields.map(({ name }, k) => columns[name] ?? batch.data.children[k]!),
  );
}
