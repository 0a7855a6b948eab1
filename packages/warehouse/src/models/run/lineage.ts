import type { SqlSession } from "@lakewright/sql";
import { microsOf } from "../../instant.ts";
import { compileModel } from "../compile.ts";
import { type ColumnLineage, columnLineageOn } from "../lineage/columns.ts";
import {
  type LineageEnd,
  type LineageEvent,
  lineageEvent,
  type LineageSubject,
} from "../lineage/event.ts";
import type { Model } from "../model.ts";
import type { RunContext } from "./context.ts";
import { writeEvent } from "./records.ts";

/** Takes an OpenLineage RunEvent: an HTTP client, a queue, a test. */
export type LineageSink = (event: LineageEvent) => void | Promise<void>;

export interface LineageOptions {
  readonly sink: LineageSink | undefined;
  readonly namespace: string;
  /** A DuckDB that reads the SQL of other engines. */
  readonly parser: SqlSession | undefined;
}

/** The events of one model's run: kept in `_wh_lineage`, and passed on once committed. */
export interface LineageWriter {
  /** Writes how the run began and ended, in the transaction of its data. */
  end(session: SqlSession, type: "COMPLETE" | "FAIL", end: LineageEnd): Promise<void>;
  /** Passes on the event that ended the run. What the sink throws never fails a run. */
  emitted(): Promise<void>;
}

/** Starts the lineage of a model's run: START is passed on at once. */
export async function startLineage(
  context: RunContext,
  model: Model,
  startedMicros: bigint,
): Promise<LineageWriter> {
  const { place, runId, clock } = context;
  const emit = async (event: LineageEvent): Promise<void> => {
    try {
      await context.lineage.sink?.(event);
    } catch {
      // Lineage is told, not asked.
    }
  };
  const compiled = compileModel(model, context.target);
  const subject: LineageSubject = {
    namespace: context.lineage.namespace,
    model,
    reads: compiled.reads,
    sql: compiled.text,
    columns: await columnsOrNone(context, model),
    // OpenLineage names one run by one UUID, and a run of models is several.
    run: crypto.randomUUID(),
    parent: runId,
    nameOf: context.nameOf,
  };
  const started = lineageEvent(subject, "START", startedMicros);
  let last: LineageEvent | undefined;
  await emit(started);
  return {
    end: async (session, type, end) => {
      const micros = microsOf("The clock", clock.now());
      last = lineageEvent(subject, type, micros, end);
      for (const [event, at] of [
        [started, startedMicros],
        [last, micros],
      ] as const) {
        await writeEvent(session, place, {
          runId,
          modelName: model.name,
          type: event.eventType,
          micros: at,
          json: JSON.stringify(event),
        });
      }
    },
    emitted: async () => {
      if (last) await emit(last);
    },
  };
}

/** Lineage is told beside the data: that it cannot be had is no failure of the model. */
async function columnsOrNone(
  { lineage, engine, target }: RunContext,
  model: Model,
): Promise<ColumnLineage | undefined> {
  try {
    return await columnLineageOn(target, model, lineage.parser ?? engine);
  } catch {
    return undefined;
  }
}
