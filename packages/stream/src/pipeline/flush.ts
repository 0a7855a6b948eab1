import {
  type BatchBuilder,
  batchBuilder,
  type InvalidValue,
  publish,
  type Sink,
  showValue,
  trace,
  warn,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { reject } from "../decode/decoder.ts";
import type { SourceReader } from "../source.ts";
import type { FlushReason } from "./batcher.ts";
import type { PipelineTally } from "./counts.ts";
import { deadLetterTable, type Letter, letterRow } from "./dead-letters.ts";
import { deadLetterConsumer, type Pipeline } from "./define.ts";
import type { Intake } from "./intake.ts";
import type { PendingBatch, PendingOutput } from "./pending.ts";
import { retry, type RetryContext } from "./retry.ts";
import { lane, type SinkPositions } from "./sinks.ts";

/**
 * Writes pending batches, one after the other.
 *
 * The order is what makes each record land once. First the dead letters, with positions of their own; then each output
 * with its rows and positions in one commit; then the hint to the source. Killed between the first two, the records are
 * read again, fail again, and are known by the positions of the letters, so none is written twice. Killed between two
 * outputs, the one that was written leaves out what it has. Nothing moves a position before what it stands for is safe.
 */
export class Flush {
  private readonly pipeline: Pipeline;
  private readonly intake: Intake;
  private readonly tally: PipelineTally;
  private readonly builders: readonly BatchBuilder[];
  private readonly letterBuilder = batchBuilder(deadLetterTable);

  constructor(pipeline: Pipeline, intake: Intake, tally: PipelineTally) {
    this.pipeline = pipeline;
    this.intake = intake;
    this.tally = tally;
    this.builders = pipeline.outputs.map((output) => batchBuilder(output.table));
  }

  /** False where a sink refused, because its positions were moved by another process. */
  async run(
    batch: PendingBatch,
    reason: FlushReason,
    positions: SinkPositions,
    reader: SourceReader,
    context: RetryContext,
  ): Promise<boolean> {
    const { pipeline } = this;
    const start = context.clock.now();
    const wallMicros = context.clock.wallMicros();
    const built = batch.outputs.map((pending, k) => this.build(pending, k, wallMicros, batch));
    if (!(await this.writeLetters(batch, positions.letters, context))) return false;
    for (let k = 0; k < pipeline.outputs.length; k++) {
      const stored = positions.outputs[k]!;
      if (!(await this.writeOutput(k, built[k]!, stored, batch, reason, context))) return false;
    }
    this.tally.commits++;
    publish("stream.flush", {
      pipeline: pipeline.name,
      reason,
      records: batch.records,
      rows: built.map((rows) => rows.numRows),
      deadLetters: batch.letters.length,
      positions: new Map(batch.to),
      ms: context.clock.now() - start,
    });
    try {
      await reader.commit(positions.held(batch.to.keys()), batch.epoch);
    } catch (error) {
      warn("STREAM_HINT_FAILED", `The source of pipeline "${pipeline.name}" took no commit.`, {
        error,
      });
    }
    return true;
  }

  /** The rows that fit; the others become dead letters. */
  private build(
    pending: PendingOutput,
    k: number,
    firstSeen: bigint,
    batch: PendingBatch,
  ): RecordBatch {
    const { batch: rows, invalid } = this.builders[k]!.buildValid(pending.rows);
    const byRow = Map.groupBy(invalid, (value) => value.row);
    for (const [row, values] of byRow) {
      const rejection = reject("ROW_INVALID", describe(values), values[0]!.column);
      const record = pending.records[row]!;
      const place = pending.places[row]!;
      if (this.pipeline.deadLetters === undefined) this.intake.refuse(rejection, record, place);
      const output = this.pipeline.outputs[k]!.name;
      batch.letters.push({ output, place, record, stage: "row", rejection, firstSeen });
      pending.deadLettered.add(rejection.code);
    }
    if (byRow.size > 0) {
      this.intake.failures.revise(byRow.size);
      this.intake.checkRatio();
    }
    return rows;
  }

  private async writeLetters(
    batch: PendingBatch,
    stored: Map<string, bigint>,
    context: RetryContext,
  ): Promise<boolean> {
    const { deadLetters, name } = this.pipeline;
    const fresh = batch.letters.filter(
      (letter) => letter.record.offset >= standing(letter, stored),
    );
    if (fresh.length === 0 || deadLetters === undefined) return true;
    const to = new Map(
      fresh.map((letter) => [laneOf(letter), batch.to.get(letter.place.partition)!] as const),
    );
    const rows = this.letterBuilder.build(fresh.map((letter) => letterRow(name, letter)));
    const consumer = deadLetterConsumer(name);
    if (!(await this.write(deadLetters, consumer, [rows], stored, to, context))) return false;
    for (const [partition, next] of to) stored.set(partition, next);
    return true;
  }

  private async writeOutput(
    k: number,
    rows: RecordBatch,
    stored: Map<string, bigint>,
    batch: PendingBatch,
    reason: FlushReason,
    context: RetryContext,
  ): Promise<boolean> {
    const output = this.pipeline.outputs[k]!;
    const counts = this.tally.outputs.get(output.name)!;
    const to = new Map(
      [...batch.to].filter(([partition, next]) => next > (stored.get(partition) ?? -1n)),
    );
    if (to.size === 0) return true;
    const batches = rows.numRows === 0 ? [] : [rows];
    if (!(await this.write(output.sink, output.consumer, batches, stored, to, context))) {
      counts.fenced++;
      return false;
    }
    for (const [partition, next] of to) stored.set(partition, next);
    const pending = batch.outputs[k]!;
    counts.read += pending.read;
    counts.written += rows.numRows;
    counts.dropped.addAll(pending.dropped);
    counts.deadLettered.addAll(pending.deadLettered);
    counts.flushes.add(reason);
    return true;
  }

  private write(
    sink: Sink,
    consumer: string,
    batches: readonly RecordBatch[],
    stored: ReadonlyMap<string, bigint>,
    to: ReadonlyMap<string, bigint>,
    context: RetryContext,
  ): Promise<boolean> {
    const from = new Map([...stored].filter(([partition]) => to.has(partition)));
    const range = { consumer, from, to };
    const attempt = async (nth: number): Promise<boolean> => {
      const result = await sink.write(batches, range, { signal: context.signal });
      if (result.written) return true;
      // An earlier attempt may have been committed and only its answer lost.
      return (
        nth > 1 && [...to].every(([partition, next]) => result.positions.get(partition) === next)
      );
    };
    const told = { pipeline: this.pipeline.name, consumer, rows: batches[0]?.numRows ?? 0 };
    return trace("stream.write", told, () => retry(attempt, this.pipeline.retry, context));
  }
}

function laneOf(letter: Letter): string {
  return lane(letter.place.partition, letter.output);
}

function standing(letter: Letter, stored: ReadonlyMap<string, bigint>): bigint {
  return stored.get(laneOf(letter)) ?? -1n;
}

function describe(values: readonly InvalidValue[]): string {
  const { column, value, problem } = values[0]!;
  const more = values.length === 1 ? "" : ` So do ${values.length - 1} more values of the row.`;
  return `column "${column}": ${showValue(value)} ${problem}.${more}`;
}
