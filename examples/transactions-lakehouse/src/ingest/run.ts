import { runPipelines, StreamError, systemClock } from "@lakewright/stream";
import { DemoError } from "../failure.ts";
import { flattenedStream } from "./tables.ts";
import type { InputPlan } from "../mapping/plan.ts";
import { type StreamTables, streamsPipeline, PIPELINE, type PipelineSettings } from "./pipeline.ts";
import { count, type Screen } from "@lakewright/example-report-kit";

/**
 * Takes what is new in the file into the streams.
 *
 * @returns how far the flattened stream is: a position of the file
 * @throws DemoError DEMO_INPUT_CHANGED where the file is not the one that was begun, or was cut
 */
export async function ingest(
  plan: InputPlan,
  tables: StreamTables,
  settings: PipelineSettings,
  screen: Screen,
): Promise<bigint> {
  const step = screen.step("ingest");
  const [result] = await runPipelines([streamsPipeline(plan, tables, settings)], {
    mode: "drain",
    clock: { ...systemClock, wallMicros: () => BigInt(settings.now) * 1000n },
    onProgress: ({ bytes, totalBytes, done }) =>
      bytes === undefined ? step.progress(done) : step.progress(bytes, totalBytes),
  }).catch((error: unknown) => {
    throw sourceChanged(error) ?? error;
  });
  const { read, deadLettered } = result!.outputs[flattenedStream.name]!;
  const letters = Object.values(deadLettered).reduce((sum, n) => sum + n, 0);
  step.done(
    read === 0
      ? "nothing new"
      : `${count(read)} records into four streams, ${count(letters)} undecodable`,
  );
  const positions = await tables.flattened.positions(`${PIPELINE}/${flattenedStream.name}`);
  return [...positions.values()][0] ?? 0n;
}

/** The library's remedy is an option this job has not. */
function sourceChanged(error: unknown): DemoError | undefined {
  if (!(error instanceof StreamError) || error.code !== "STREAM_SOURCE_CHANGED") return undefined;
  return new DemoError("DEMO_INPUT_CHANGED", error.message, {
    hint: "A file may grow between runs, and nothing else. Bring it back as it was; or give another folder with --out, to begin anew.",
    cause: error,
  });
}
