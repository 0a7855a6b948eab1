import { isLakewrightError, stringifyJson } from "@lakewright/core";
import type { SqlEngine, SqlSession } from "@lakewright/sql";
import { microsOf } from "../../instant.ts";
import type { Place } from "../../schema/place.ts";
import { compileModel } from "../compile.ts";
import { existing, hasHistory, notOurs } from "../keep/existing.ts";
import { keepKeyed } from "../keep/keyed.ts";
import { keepMaterializedView } from "../keep/materialized-view.ts";
import { keepPartitions } from "../keep/partitions.ts";
import { keepSnapshot } from "../keep/snapshot.ts";
import { keepTable } from "../keep/table.ts";
import { keepView } from "../keep/view.ts";
import { describeMaterialization } from "../materialization.ts";
import type { Model } from "../model.ts";
import type { ModelRun, TestResult } from "../outcome.ts";
import { parentsOf } from "../project.ts";
import { hashModel, type ModelHash } from "./hash.ts";
import { type LineageWriter, startLineage } from "./lineage.ts";
import { forgetBegun, hasBegun, lastSuccess, type ModelRecord, writeRecord } from "./records.ts";
import type { RunContext } from "./context.ts";
import type { Kept, Work } from "./work.ts";

/** Runs one model: data, verdict of the tests and record in one transaction. Never throws but for an abort. */
export async function runModel(context: RunContext, model: Model): Promise<ModelRun> {
  const { engine, place, clock, signal } = context;
  const started = clock.now();
  const startedMicros = microsOf("The clock", started);
  const elapsed = (): number => Math.max(0, clock.now().getTime() - started.getTime());
  const materialization = describeMaterialization(model.materialize);
  const base = { name: model.name, materialization, reason: undefined };
  let hash: ModelHash = { code: "", inputs: "" };
  const record = (
    status: ModelRecord["status"],
    kept: Partial<Kept>,
    more: { readonly successNumber?: number; readonly error?: unknown },
  ): ModelRecord => ({
    modelName: model.name,
    runId: context.runId,
    successNumber: more.successNumber,
    status,
    materialization,
    codeHash: hash.code,
    inputHash: hash.inputs,
    rows: kept.rows,
    written: kept.written,
    startedMicros,
    ms: elapsed(),
    outcome: stringifyJson({ tests: kept.tests ?? testsOf(more.error), ...failure(more.error) }),
  });
  let lineage: LineageWriter | undefined;
  try {
    hash = await hashModel(model, context.target, context.project.reads.get(model) ?? []);
    lineage = await startLineage(context, model, startedMicros);
    const events = lineage;
    const begin: Begin = (session) => writeRecord(session, place, record("begun", {}, {}));
    const finish: Finish = async (session, result, last) => {
      const successNumber = (last?.successNumber ?? 0) + 1;
      if (last === undefined) await forgetBegun(session, place, model.name);
      await writeRecord(session, place, record("success", result, { successNumber }));
      await events.end(session, "COMPLETE", { rows: result.rows });
    };
    // Two runs of a model at once would make the same tables, and each believe it comes after what was there before both.
    const kept = await engine.withLock(
      `models ${place.schema}.${model.name}`,
      () => keepWhole(context, model, hash, startedMicros, begin, finish),
      { signal },
    );
    await events.emitted();
    return { ...base, status: "success", ...kept, ms: elapsed(), error: undefined };
  } catch (error) {
    if (signal?.aborted) throw error;
    await tell(engine, context, record("failed", {}, { error }), lineage, error);
    const nothing = { rows: undefined, written: undefined };
    return { ...base, status: "failed", ...nothing, ms: elapsed(), tests: testsOf(error), error };
  }
}

/** Notes a failure in a transaction of its own; where that fails too, the failure itself is what is reported. */
async function tell(
  engine: SqlEngine,
  context: RunContext,
  record: ModelRecord,
  lineage: LineageWriter | undefined,
  error: unknown,
): Promise<void> {
  try {
    await engine.transaction(async (session) => {
      await writeRecord(session, context.place, record);
      await lineage?.end(session, "FAIL", { error });
    });
  } catch {
    // The connection may be gone; the run says why.
  }
  await lineage?.emitted();
}

type Begin = (session: SqlSession) => Promise<void>;
type Finish = (session: SqlSession, kept: Kept, last: ModelRecord | undefined) => Promise<void>;

/**
 * Runs the model in one transaction. Where transactions do not hold DDL, tables are made before it and put in place
 * by one statement after it, and the transaction has what changes rows.
 */
async function keepWhole(
  context: RunContext,
  model: Model,
  hash: ModelHash,
  startedMicros: bigint,
  begin: Begin,
  finish: Finish,
): Promise<Kept> {
  const { engine, place, signal } = context;
  const start = (
    session: SqlSession,
    last: ModelRecord | undefined,
    how: Pick<Work, "atomically" | "making">,
  ): Promise<Kept> =>
    keep({ ...workOf(context, model, hash, last, startedMicros, session), ...how }, last);
  if (engine.capabilities.transactionalDdl) {
    const whole = async (session: SqlSession): Promise<Kept> => {
      const last = await lastSuccess(session, place, model.name);
      const kept = await start(session, last, {
        atomically: (run) => run(session),
        making: (create) => create(),
      });
      await finish(session, kept, last);
      return kept;
    };
    return engine.transaction(whole, { signal });
  }
  const last = await lastSuccess(engine, place, model.name);
  let finished = false;
  const committing = async (run: (session: SqlSession) => Promise<Kept>): Promise<Kept> =>
    engine.transaction(
      async (session) => {
        const kept = await run(session);
        await finish(session, kept, last);
        finished = true;
        return kept;
      },
      { signal },
    );
  const making: Work["making"] = async (create) => {
    if (last !== undefined) return create();
    await begin(engine);
    return create().catch(async (error: unknown) => {
      await forgetUnmade(engine, place, model).catch(() => undefined);
      throw error;
    });
  };
  const kept = await start(engine, last, { atomically: committing, making });
  return finished ? kept : committing(() => Promise.resolve(kept));
}

/** What has not been made may be made by others meanwhile, and is theirs then. */
async function forgetUnmade(session: SqlSession, place: Place, model: Model): Promise<void> {
  const kind = await existing(session, place, model.name);
  if (kind === undefined) await forgetBegun(session, place, model.name);
}

function workOf(
  context: RunContext,
  model: Model,
  hash: ModelHash,
  last: ModelRecord | undefined,
  startedMicros: bigint,
  session: SqlSession,
): Omit<Work, "atomically" | "making"> {
  const { place, target, runId, clock, signal } = context;
  const isSame = last?.codeHash === hash.code && !context.fullRefresh;
  return {
    session,
    engine: context.engine,
    place,
    target,
    model,
    whole: compileModel(model, target),
    compile: (part) => compileModel(model, target, part),
    before: isSame ? last : undefined,
    touched: context.touched[model.name],
    runId,
    startedMicros,
    clock,
    signal,
  };
}

async function keep(work: Work, last: ModelRecord | undefined): Promise<Kept> {
  const { session, place, model } = work;
  const kind = await existing(session, place, model.name);
  if (kind !== undefined && last === undefined && !(await hasBegun(session, place, model.name))) {
    throw notOurs(work, kind);
  }
  const of = model.materialize;
  if (kind !== undefined && last?.materialization === "snapshot" && of.kind !== "snapshot") {
    throw hasHistory(work);
  }
  switch (of.kind) {
    case "view":
      return keepView(work, kind);
    case "table":
      return keepTable(work, kind);
    case "materializedView":
      return keepMaterializedView(work, kind);
    case "snapshot":
      return keepSnapshot(work, of);
    case "incremental":
      return of.by === "partition" ? keepPartitions(work, of, kind) : keepKeyed(work, of, kind);
  }
}

/** Models that may not run because one they read did not succeed. */
export function blockers(
  context: RunContext,
  model: Model,
  runs: ReadonlyMap<Model, ModelRun>,
): readonly Model[] {
  return parentsOf(context.project, model).filter((parent) => {
    const run = runs.get(parent);
    return run !== undefined && run.status !== "success";
  });
}

function testsOf(error: unknown): readonly TestResult[] {
  if (!isLakewrightError(error) || error.code !== "WAREHOUSE_MODEL_TEST") return [];
  return error.details["tests"] as readonly TestResult[];
}

function failure(error: unknown): object {
  if (error === undefined) return {};
  const code = isLakewrightError(error) ? { code: error.code } : {};
  return { error: { ...code, message: error instanceof Error ? error.message : String(error) } };
}
