import {
  isLakewrightError,
  type Progress,
  progressReporter,
  publish,
  type Random,
  seededRandom,
  warn,
} from "@lakewright/core";
import { StreamError } from "../errors.ts";
import { checkOneOf, checkOptions } from "../options.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type PipelineResult, PipelineTally } from "./counts.ts";
import type { Pipeline } from "./define.ts";
import { backoffMs, sleep } from "./retry.ts";
import { Runner, type RunnerOptions } from "./runner.ts";

/** How far a pipeline is: `done` counts the records its outputs have, `phase` is its name. */
export interface PipelineProgress extends Progress {
  readonly result: PipelineResult;
  /** Bytes read of the source as they are stored, where it knows. */
  readonly bytes?: number | undefined;
  /** Bytes it has in all. */
  readonly totalBytes?: number | undefined;
  /** Why nothing is being written just now. */
  readonly status: string;
}

export interface RunOptions {
  /**
   * Stops the pipelines: what was read is written, then they end, and the results are returned. Once it is aborted,
   * nothing is read any more.
   */
  readonly signal?: AbortSignal | undefined;
  /** Told of each pipeline at most ten times a second, and once a second while it waits. */
  readonly onProgress?: ((progress: PipelineProgress) => void) | undefined;
  /** "drain" ends at what the source has now, "follow" (the default) waits for more. Files end in both. */
  readonly mode?: "follow" | "drain" | undefined;
  /** Time to write what was read once the signal is aborted, or another pipeline failed. Default 25,000. */
  readonly drainTimeoutMs?: number | undefined;
  /** Times a pipeline is opened again after a passing error, counted anew after each write. Default 3. */
  readonly restarts?: number | undefined;
  /** Default: the clocks of the machine. */
  readonly clock?: Clock | undefined;
  /** Of the waits between attempts. Default: another for each process. */
  readonly seed?: number | undefined;
}

/**
 * Runs pipelines side by side until their sources end or the signal stops them. A pipeline that fails for a passing
 * reason is opened again; one that fails for good stops the others, which still write what they have read.
 *
 * @returns what each pipeline did, in the order given
 * @throws the error of the first pipeline that failed; StreamError STREAM_DRAIN_TIMEOUT where a pipeline could not write
 * in time what it had read (it is read again by the next run).
 */
export async function runPipelines(
  pipelines: readonly Pipeline[],
  options: RunOptions = {},
): Promise<PipelineResult[]> {
  checkOptions("runPipelines", options, KNOWN);
  checkOneOf("runPipelines mode", options.mode, ["follow", "drain"]);
  const { clock = systemClock, drainTimeoutMs = 25_000, signal } = options;
  const random = seededRandom(options.seed ?? Math.floor(performance.timeOrigin * 1000));
  const stop = new AbortController();
  const abort = new AbortController();
  let cancelDeadline: (() => void) | undefined;
  const stopAll = (): void => {
    if (stop.signal.aborted) return;
    stop.abort();
    cancelDeadline = clock.after(drainTimeoutMs, () => abort.abort(drainTimeout(drainTimeoutMs)));
  };
  if (signal?.aborted) stopAll();
  signal?.addEventListener("abort", stopAll);
  try {
    const runs = pipelines.map((pipeline, k) =>
      untilAborted(
        supervise(pipeline, random.fork(k), { ...options, clock }, stop.signal, abort.signal),
        abort.signal,
      ).catch((error: unknown) => {
        stopAll();
        throw error;
      }),
    );
    const settled = await Promise.allSettled(runs);
    const failures = settled.flatMap((run, k) =>
      run.status === "rejected"
        ? [{ pipeline: pipelines[k]!.name, error: run.reason as unknown }]
        : [],
    );
    for (const { pipeline, error } of failures.slice(1)) {
      warn("STREAM_PIPELINE_FAILED", `Pipeline "${pipeline}" failed as well.`, { pipeline, error });
    }
    if (failures.length > 0) throw failures[0]!.error;
    return settled.map((run) => (run as PromiseFulfilledResult<PipelineResult>).value);
  } finally {
    signal?.removeEventListener("abort", stopAll);
    cancelDeadline?.();
  }
}

const KNOWN = ["signal", "onProgress", "mode", "drainTimeoutMs", "restarts", "clock", "seed"];

async function supervise(
  pipeline: Pipeline,
  random: Random,
  options: RunOptions & { readonly clock: Clock },
  stop: AbortSignal,
  abort: AbortSignal,
): Promise<PipelineResult> {
  const { clock, mode = "follow", restarts = 3 } = options;
  const names = pipeline.outputs.map((output) => output.name);
  const tally = new PipelineTally(pipeline.name, names);
  const report = reporter(pipeline, tally, options);
  let failures = 0;
  let commits = 0;
  for (;;) {
    const runner = new Runner(pipeline, tally, { mode, clock, random, stop, abort, report });
    try {
      const result = tally.snapshot(await runner.run());
      publish("stream.end", result);
      return result;
    } catch (error) {
      failures = tally.commits > commits ? 1 : failures + 1;
      commits = tally.commits;
      const passing = isLakewrightError(error) && error.retryable;
      if (!passing || failures > restarts || stop.aborted) throw error;
      tally.restarts++;
      const waitMs = backoffMs(failures, pipeline.retry, random);
      publish("stream.restart", { pipeline: pipeline.name, error, waitMs });
      await sleep(waitMs, clock, AbortSignal.any([stop, abort])).catch(() => {
        throw error;
      });
    }
  }
}

function reporter(
  pipeline: Pipeline,
  tally: PipelineTally,
  { onProgress, clock }: RunOptions & { readonly clock: Clock },
): RunnerOptions["report"] {
  if (!onProgress) return undefined;
  let next = -Infinity;
  const listen = progressReporter(onProgress as (progress: Progress) => void, (error) =>
    warn("STREAM_LISTENER_FAILED", "onProgress threw.", { pipeline: pipeline.name, error }),
  );
  return (status, read) => {
    const now = clock.now();
    if (now < next) return;
    next = now + 100;
    const result = tally.snapshot("running");
    const done = Math.min(...Object.values(result.outputs).map((output) => output.read));
    const progress: PipelineProgress = {
      phase: pipeline.name,
      done,
      unit: "rows",
      result,
      status,
      ...read,
    };
    listen(progress);
  };
}

/** The result of the run, or the reason of the signal: a sink that hangs does not hold the process. */
function untilAborted<R>(run: Promise<R>, signal: AbortSignal): Promise<R> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    run.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function drainTimeout(drainTimeoutMs: number): StreamError {
  return new StreamError(
    "STREAM_DRAIN_TIMEOUT",
    `What was read could not be written within ${drainTimeoutMs} ms of the stop; it is read again by the next run.`,
    {
      hint: "Give a longer drainTimeoutMs, smaller batches, or look why the sink is slow.",
      details: { drainTimeoutMs },
    },
  );
}
