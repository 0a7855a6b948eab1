import { isLakewrightError } from "@lakewright/core";
import { Drop, reject, Rejection } from "../decode/decoder.ts";
import { StreamError } from "../errors.ts";
import type { SourceRecord } from "../source.ts";
import type { RowMapping, Transform } from "../transform/transform.ts";
import type { Clock } from "./clock.ts";
import { type DeadLetterStage, describePlace, FailureRatio, type Place } from "./dead-letters.ts";
import type { Pipeline, PipelineOutput } from "./define.ts";
import type { PendingBatch } from "./pending.ts";

/** Decodes and transforms records into a pending batch. */
export class Intake {
  readonly failures: FailureRatio = new FailureRatio();
  private readonly pipeline: Pipeline;
  private readonly clock: Clock;

  constructor(pipeline: Pipeline, clock: Clock) {
    this.pipeline = pipeline;
    this.clock = clock;
  }

  /**
   * Takes one record for the outputs that have not got it.
   *
   * @returns rows and dead letters it left in the batch, 0 where it was dropped everywhere
   */
  take(
    record: SourceRecord,
    place: Place,
    wanted: readonly boolean[],
    batch: PendingBatch,
  ): number {
    const { outputs } = this.pipeline;
    batch.records++;
    const row = this.toRow(record);
    let kept = 0;
    let failed = false;
    if (row instanceof Failed) {
      this.letter(row, undefined, record, place, batch);
      kept = 1;
      failed = true;
    }
    for (let k = 0; k < outputs.length; k++) {
      if (!wanted[k]) continue;
      const pending = batch.outputs[k]!;
      pending.read++;
      const result =
        row instanceof Drop || row instanceof Failed
          ? row
          : this.toOutput(outputs[k]!, row, record);
      if (result instanceof Drop) {
        pending.dropped.add(result.reason);
      } else if (result instanceof Failed) {
        pending.deadLettered.add(result.rejection.code);
        if (result !== row) this.letter(result, outputs[k]!, record, place, batch);
        kept++;
        failed = true;
      } else {
        pending.add(result, record, place);
        kept++;
      }
    }
    this.failures.add(failed);
    if (failed) this.checkRatio();
    return kept;
  }

  /** Stops a pipeline whose records fail too often. @throws StreamError STREAM_TOO_MANY_DEAD_LETTERS */
  checkRatio(): void {
    const { name, maxDeadLetterRatio } = this.pipeline;
    if (!this.failures.exceeds(maxDeadLetterRatio)) return;
    throw new StreamError(
      "STREAM_TOO_MANY_DEAD_LETTERS",
      `Pipeline "${name}" stopped: ${this.failures.toString()} records failed, and maxDeadLetterRatio is ${maxDeadLetterRatio}.`,
      {
        hint: "The producer or the table has probably changed. Nothing of the batch at hand was written: put it right and run again, or raise the ratio.",
        details: { pipeline: name, maxDeadLetterRatio },
      },
    );
  }

  /** What to do with a record that failed where there are no dead letters. @throws StreamError STREAM_BAD_RECORD */
  refuse(rejection: Rejection, record: SourceRecord, place: Place): never {
    const { name } = this.pipeline;
    throw new StreamError(
      "STREAM_BAD_RECORD",
      `Pipeline "${name}", ${describePlace(place, record)}: ${rejection.reason}`,
      {
        hint: "Give the pipeline a deadLetters sink to go on past such records.",
        details: {
          pipeline: name,
          source: place.source,
          partition: place.partition,
          position: record.offset,
          line: record.line,
          column: rejection.column,
          code: rejection.code,
        },
      },
    );
  }

  private letter(
    failure: Failed,
    output: PipelineOutput | undefined,
    record: SourceRecord,
    place: Place,
    batch: PendingBatch,
  ): void {
    const { stage, rejection } = failure;
    if (this.pipeline.deadLetters === undefined) this.refuse(rejection, record, place);
    const firstSeen = this.clock.wallMicros();
    batch.letters.push({ output: output?.name, place, record, stage, rejection, firstSeen });
  }

  private toRow(record: SourceRecord): object {
    const { problem } = record;
    if (problem) return new Failed("source", reject(problem.code, problem.reason));
    const { decode } = this.pipeline;
    const row = guarded("decode", "DECODE_FAILED", "", () => decode.decode(record));
    return isFinal(row) ? row : transformed(row, this.pipeline.transform, record);
  }

  private toOutput(output: PipelineOutput, row: object, record: SourceRecord): object {
    const result = transformed(row, output.transform, record);
    return output.map === undefined || isFinal(result)
      ? result
      : applied(output.map, result, record);
  }
}

/** A record that failed, and where. */
class Failed {
  readonly stage: DeadLetterStage;
  readonly rejection: Rejection;

  constructor(stage: DeadLetterStage, rejection: Rejection) {
    this.stage = stage;
    this.rejection = rejection;
  }
}

function isFinal(row: object): row is Drop | Failed {
  return row instanceof Drop || row instanceof Failed;
}

function transformed(
  row: object,
  steps: readonly Transform<object>[],
  record: SourceRecord,
): object {
  let current = row;
  for (let k = 0; k < steps.length; k++) {
    current = applied(steps[k]!, current, record);
    if (isFinal(current)) return current;
  }
  return current;
}

function applied(
  step: Transform<object> | RowMapping<object>,
  row: object,
  record: SourceRecord,
): object {
  const prefix = `transform "${step.name}": `;
  return guarded("transform", "TRANSFORM_FAILED", prefix, () => step.apply(row, record) ?? row);
}

function guarded(stage: DeadLetterStage, code: string, prefix: string, run: () => object): object {
  try {
    const result = run();
    if (!(result instanceof Rejection)) return result;
    return prefix === ""
      ? new Failed(stage, result)
      : new Failed(stage, reject(result.code, prefix + result.reason, result.column));
  } catch (error) {
    if (error instanceof StreamError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return new Failed(
      stage,
      reject(isLakewrightError(error) ? error.code : code, prefix + message),
    );
  }
}
