import { retrying, trace } from "@lakewright/core";
import type { SqlEngine } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import { WarehouseError } from "../errors.ts";
import { addedTable, compareTables } from "./drift/compare-schemas.ts";
import { settle } from "./drift/policy.ts";
import type { SchemaChange } from "./drift/schema-change.ts";
import type { ExtractIntoOptions, TableRun } from "./extract-into.ts";
import type { ExtractionSummary } from "./extraction.ts";
import type { TableSource } from "./introspect/source-table.ts";
import type { Drift } from "./read/reading.ts";
import { isTransient } from "./read/ranges/resume.ts";
import type { Strategy } from "./strategy.ts";
import { TableExtraction } from "./table-extraction.ts";
import type { ExtractTarget } from "./target/target.ts";

export interface TableJob {
  readonly source: TableSource;
  readonly strategy: Strategy;
  readonly name: string;
  /** Whether schemas were kept before: a table without one is then new. */
  readonly hasBegun: boolean;
}

/** A write that met trouble is begun anew, after any part of a second, then of two, of four: a server may be starting again. */
const TROUBLE = { when: isTransient, firstPauseMs: 1000, longestPauseMs: 60_000 };

/** Times in a row a target may say that it wrote a range before, which is so once after a crash. */
const MOST_SKIPS = 3;

/** Extracts one table, in as many writes as it takes. */
export async function extractTable(
  engine: SqlEngine,
  target: ExtractTarget,
  job: TableJob,
  options: ExtractIntoOptions,
): Promise<TableRun> {
  const { source, name } = job;
  const { signal, tableRetries = 2 } = options;
  let changes: readonly SchemaChange[] = [];
  const summaries: ExtractionSummary[] = [];
  let writes = 0;
  let skips = 0;
  try {
    const before = (await options.drift?.versions.latest(name))?.source;
    if (options.drift) changes = changesOf(job, before);
    const now = settledSchema(job, before, changes, options);
    const again = { ...TROUBLE, retries: tableRetries, signal };
    for (;;) {
      const written = await retrying(again, () =>
        writeOnce(engine, target, { ...job, ...now }, options),
      );
      summaries.push(written.summary);
      if (written.status === "written") writes++;
      if (written.status === "skipped" && ++skips === MOST_SKIPS) throw alwaysSkipped(name);
      // A range an earlier run began ends where it ended then: what came since is read after it.
      const goesOn = summaries.length === 1 && written.wasBegunBefore;
      if (written.status === "skipped" || !written.isComplete || goesOn) continue;
      const { at } = written.summary;
      if (now.evolved) await retrying(again, () => options.drift!.versions.add(name, source, at));
      break;
    }
    return { source, name, changes, status: "success", summary: total(summaries), writes };
  } catch (error) {
    return { source, name, changes, status: "failed", error };
  }
}

interface SettledSchema {
  readonly source: TableSource;
  readonly drift: Drift | undefined;
  readonly evolved: boolean;
}

function changesOf(
  { source, hasBegun }: TableJob,
  before: TableSource | undefined,
): readonly SchemaChange[] {
  if (before) return compareTables(before, source);
  return hasBegun ? addedTable(source) : [];
}

/** The schema a table is read by. @throws WarehouseError WAREHOUSE_SCHEMA_DRIFT where the policy freezes it. */
function settledSchema(
  { source }: TableJob,
  before: TableSource | undefined,
  changes: readonly SchemaChange[],
  { drift }: ExtractIntoOptions,
): SettledSchema {
  if (!drift) return { source, drift: undefined, evolved: false };
  const { policy = {}, onQuarantine } = drift;
  const settled = settle(before ?? source, source, changes, policy);
  const aside: Drift["quarantine"] = async (rows) => {
    await onQuarantine?.(rows, source);
  };
  return {
    source: settled.source,
    drift: { absent: settled.absent, quarantine: settled.isLenient ? aside : undefined },
    evolved: before === undefined || settled.evolved,
  };
}

interface Written {
  readonly status: "written" | "nothing" | "skipped";
  readonly isComplete: boolean;
  readonly wasBegunBefore: boolean;
  readonly summary: ExtractionSummary;
}

/** One write of a target, and the state after it. */
function writeOnce(
  engine: SqlEngine,
  target: ExtractTarget,
  { source, strategy, name, drift }: TableJob & Pick<SettledSchema, "drift">,
  options: ExtractIntoOptions,
): Promise<Written> {
  const { state, batchRows, connections, signal, commitRows } = options;
  const maxRows = strategy.kind === "watermark" ? commitRows : undefined;
  const extraction = new TableExtraction(
    engine,
    source,
    // A write has what one statement saw, so that no row is in it twice: it is begun anew where the connection is lost.
    { strategy, state, name, batchRows, connections, retries: 0, signal },
    { maxRows, drift },
  );
  return trace("warehouse.extract", { name, table: source.table.name }, async () => {
    const { at, loadId, sequence } = await extraction.open();
    const isTogether = state?.engine !== undefined && state.engine === target.engine;
    if (!isTogether) await extraction.keepIntent();
    const batches = extraction[Symbol.asyncIterator]();
    const first = await batches.next();
    const ended = (status: Written["status"]): Written => ({
      status,
      isComplete: extraction.isComplete,
      wasBegunBefore: extraction.wasBegunBefore,
      summary: extraction.summary(),
    });
    if (first.done && extraction.mode === "changes") {
      await extraction.keep(true);
      return ended("nothing");
    }
    const { table, mode } = extraction;
    // A database of one session reads nothing while it writes to itself.
    const held = target.engine === engine && !engine.capabilities.readersDuringWrite;
    try {
      const all = startingWith(first, batches);
      const given = held ? inMemory(await Array.fromAsync(all)) : all;
      const result = await target.write(source, given, {
        table,
        mode,
        key: extraction.key,
        at,
        loadId,
        sequence,
        signal,
        commit: (session) => (isTogether ? extraction.keep(true, session) : Promise.resolve()),
      });
      const applied = result?.applied !== false;
      await extraction.keep(applied);
      return ended(applied ? "written" : "skipped");
    } finally {
      await batches.return(undefined);
    }
  });
}

async function* startingWith(
  first: IteratorResult<RecordBatch>,
  others: AsyncGenerator<RecordBatch>,
): AsyncGenerator<RecordBatch> {
  if (first.done) return;
  yield first.value;
  yield* others;
}

async function* inMemory(batches: readonly RecordBatch[]): AsyncGenerator<RecordBatch> {
  await Promise.resolve();
  yield* batches;
}

function total(summaries: readonly ExtractionSummary[]): ExtractionSummary {
  const last = summaries[summaries.length - 1]!;
  const sum = (count: keyof ExtractionSummary): number =>
    summaries.reduce((all, summary) => all + (summary[count] as number), 0);
  return {
    ...last,
    from: summaries[0]!.from,
    read: sum("read"),
    delivered: sum("delivered"),
    repeated: sum("repeated"),
    inserted: sum("inserted"),
    updated: sum("updated"),
    deleted: sum("deleted"),
    nullCursors: sum("nullCursors"),
    resumed: sum("resumed"),
    quarantined: sum("quarantined"),
  };
}

function alwaysSkipped(name: string): WarehouseError {
  return new WarehouseError(
    "WAREHOUSE_OUT_OF_ORDER",
    `The target says again and again that it wrote this range of "${name}" before.`,
    { hint: "Give a state; without one every extraction is the first, under the same name." },
  );
}
