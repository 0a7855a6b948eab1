import { type JobOptions, progressReporter, trace } from "@lakewright/core";
import type { SqlEngine, SqlSession } from "@lakewright/sql";
import { type Clock, systemClock } from "../../clock.ts";
import { assertClock, assertEngineOrWarehouse } from "../../given.ts";
import { assertKnown } from "../../options.ts";
import { assertProject } from "../given.ts";
import { WarehouseError } from "../../errors.ts";
import type { Place } from "../../schema/place.ts";
import type { Warehouse } from "../../warehouse.ts";
import { describeMaterialization } from "../materialization.ts";
import type { Model } from "../model.ts";
import type { ModelRun, ModelsRun } from "../outcome.ts";
import { parentsOf, type Project } from "../project.ts";
import type { Relation } from "../relation.ts";
import { asksForState, selectModels } from "../selector.ts";
import type { RunContext } from "./context.ts";
import type { LineageSink } from "./lineage.ts";
import { factsOf, findProject, makeRunTables } from "./found-project.ts";
import { blockers, runModel } from "./run-model.ts";

/** Which models run, how, and who is told of it. */
export interface RunModelsOptions extends JobOptions {
  /** Models to run, in dbt's syntax: `"+revenue tag:daily"`, `"state:modified+"`. Default all. */
  readonly select?: string | readonly string[] | undefined;
  /** Models to leave out. */
  readonly exclude?: string | readonly string[] | undefined;
  /** Schema of the models, made where it is missing. Default: the project's, else the engine's current one. */
  readonly schema?: string | undefined;
  /** Models at once, at most. Default 4, and 1 on an engine with one writer. */
  readonly concurrency?: number | undefined;
  /** Start no model after one has failed. Default false: what does not read it goes on. */
  readonly failFast?: boolean | undefined;
  /** Compute incremental models and materialised views wholly anew. Default false. */
  readonly fullRefresh?: boolean | undefined;
  /** Partitions of incremental models to compute again, by the model's name: days a load has touched. */
  readonly touched?: Readonly<Record<string, readonly unknown[]>> | undefined;
  /** Default: a random UUID. */
  readonly runId?: string | undefined;
  /** Default: the clock of the machine. */
  readonly clock?: Clock | undefined;
  /** Told of every OpenLineage event, once what it says has been committed. */
  readonly onLineage?: LineageSink | undefined;
  /** Namespace of the job in OpenLineage. Default "lakewright". */
  readonly namespace?: string | undefined;
  /** A DuckDB that parses SQL written by hand for the lineage of columns. Default: the engine, where it is DuckDB. */
  readonly lineageParser?: SqlSession | undefined;
}

/**
 * Runs models in the order of their references. Each is one transaction: its data, the verdict of its tests and its
 * record in `_wh_models` are there together, or what was there before (on MySQL a table's swap commits by itself).
 *
 * @param on - an engine, or a warehouse opened on it
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION; the reason of the signal. A model that fails is reported, not thrown.
 */
export async function runModels(
  on: SqlEngine | Warehouse,
  project: Project,
  options: RunModelsOptions = {},
): Promise<ModelsRun> {
  assertKnown("runModels", options, OPTIONS);
  assertEngineOrWarehouse("runModels", on);
  assertProject("runModels", project);
  const engine = "engine" in on ? on.engine : on;
  const { clock = systemClock, signal } = options;
  assertClock(clock);
  const at = clock.now();
  const runId = options.runId ?? crypto.randomUUID();
  const limit = concurrencyOf(engine, options.concurrency);
  return trace("warehouse.models", { runId }, async () => {
    const opened = await findProject(on, project, options.schema);
    const { project: placed, place, target } = opened;
    await makeRunTables(opened);
    const facts = asksForState(options.select, options.exclude) ? await factsOf(opened) : undefined;
    const chosen = selectModels(placed, options.select, options.exclude, facts);
    assertTouched(placed, options.touched);
    const context: RunContext = {
      engine,
      project: placed,
      place,
      target,
      nameOf: (relation) => nameOf(placed, place, relation),
      runId,
      clock,
      signal,
      fullRefresh: options.fullRefresh ?? false,
      touched: options.touched ?? {},
      lineage: {
        sink: options.onLineage,
        namespace: options.namespace ?? "lakewright",
        parser: options.lineageParser,
      },
    };
    const runs = await runAll(context, chosen, limit, options);
    return summary(runId, at, runs);
  });
}

const OPTIONS = [
  "select",
  "exclude",
  "schema",
  "concurrency",
  "failFast",
  "fullRefresh",
  "touched",
  "runId",
  "clock",
  "onLineage",
  "namespace",
  "lineageParser",
  "signal",
  "onProgress",
];

function nameOf(project: Project, place: Place, relation: Relation): string {
  if (relation.kind === "source") return relation.path.join(".");
  const schema = relation.kind === "model" ? undefined : project.starSchema;
  return `${schema ?? place.schema}.${relation.name}`;
}

async function runAll(
  context: RunContext,
  chosen: readonly Model[],
  limit: number,
  options: RunModelsOptions,
): Promise<ModelRun[]> {
  const progress = progressReporter(options.onProgress);
  const runs = new Map<Model, ModelRun>();
  const waiting = [...chosen];
  const running = new Map<Model, Promise<void>>();
  let failed = false;
  const report = (): void =>
    progress({ phase: "models", done: runs.size, total: chosen.length, unit: "steps" });
  const isReady = (model: Model): boolean =>
    parentsOf(context.project, model).every(
      (parent) => !running.has(parent) && !waiting.includes(parent),
    );
  try {
    while (waiting.length > 0 || running.size > 0) {
      context.signal?.throwIfAborted();
      for (const model of waiting.filter(isReady)) {
        if (running.size >= limit) break;
        waiting.splice(waiting.indexOf(model), 1);
        const by = blockers(context, model, runs);
        if (by.length > 0 || (failed && options.failFast === true)) {
          runs.set(model, skipped(model, by));
          report();
          continue;
        }
        const run = runModel(context, model).then((outcome) => {
          runs.set(model, outcome);
          failed ||= outcome.status === "failed";
          report();
        });
        running.set(
          model,
          run.finally(() => running.delete(model)),
        );
      }
      if (running.size > 0) await Promise.race(running.values());
    }
  } finally {
    await Promise.allSettled(running.values());
  }
  return chosen.flatMap((model) => runs.get(model) ?? []);
}

function skipped(model: Model, by: readonly Model[]): ModelRun {
  const names = by.map((parent) => `"${parent.name}"`).join(", ");
  return {
    name: model.name,
    status: "skipped",
    materialization: describeMaterialization(model.materialize),
    rows: undefined,
    written: undefined,
    ms: 0,
    tests: [],
    error: undefined,
    reason:
      by.length === 0 ? "a model before it failed" : `it reads ${names}, which did not succeed`,
  };
}

function concurrencyOf(engine: SqlEngine, given: number | undefined): number {
  if (given === undefined) return engine.capabilities.concurrentWriters ? 4 : 1;
  if (Number.isInteger(given) && given >= 1) return given;
  throw new WarehouseError(
    "WAREHOUSE_INVALID_OPTION",
    `concurrency is ${given}, which is no number of models.`,
  );
}

function assertTouched(
  project: Project,
  touched: Readonly<Record<string, readonly unknown[]>> = {},
): void {
  for (const name of Object.keys(touched)) {
    const of = project.models.find((model) => model.name === name)?.materialize;
    if (of?.kind === "incremental" && of.by === "partition") continue;
    throw new WarehouseError(
      "WAREHOUSE_INVALID_OPTION",
      `touched names "${name}", which is no model that is incremental by partition.`,
    );
  }
}

function summary(runId: string, at: Date, models: readonly ModelRun[]): ModelsRun {
  return {
    runId,
    at,
    ok: models.every((model) => model.status === "success"),
    models,
    toString: () => models.flatMap(linesOf).join("\n"),
  };
}

function linesOf(run: ModelRun): string[] {
  const rows = run.rows === undefined ? "" : `, ${run.rows} rows (${run.written} written)`;
  const why =
    run.reason ?? (run.error instanceof Error ? run.error.message : (run.error ?? undefined));
  const head = `${run.status.padEnd(7)} ${run.name} (${run.materialization}${rows}, ${run.ms} ms)`;
  return [
    why === undefined ? head : `${head}: ${String(why)}`,
    ...run.tests
      .filter((test) => test.status !== "pass")
      .map((test) => `        ${test.status} ${test.name}: ${test.failures} rows`),
  ];
}
