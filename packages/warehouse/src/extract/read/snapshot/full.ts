import type { Table } from "@lakewright/core";
import { id, joinSql, type Sql, sql } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import { WarehouseError } from "../../../errors.ts";
import { type Body, bodyOf } from "../../state/body.ts";
import type { Strategy } from "../../strategy.ts";
import { conformed } from "../rows/conform.ts";
import { selection } from "../rows/columns.ts";
import { canReadInRanges, readInRanges } from "../ranges/parallel.ts";
import { type Counts, noCounts, type ReadContext, type Reading } from "../reading.ts";

const DEFAULT_DELETED_SHARE = 0.5;

/** Reads all rows, as a snapshot. */
export class FullReading implements Reading {
  readonly mode = "snapshot";
  readonly from = undefined;
  readonly to = undefined;
  readonly cursorWentBack = false;
  readonly isComplete = true;
  readonly part = "";
  readonly counts: Counts = noCounts();
  private readonly context: ReadContext;
  private readonly before: Body;
  private readonly maxDeletedShare: number;

  constructor(context: ReadContext, strategy: Strategy["kind"], maxDeletedShare?: number) {
    this.context = context;
    this.before = bodyOf(context.name, context.record, strategy);
    this.maxDeletedShare = maxDeletedShare ?? DEFAULT_DELETED_SHARE;
  }

  get table(): Table {
    return this.context.source.table;
  }

  async *batches(): AsyncGenerator<RecordBatch> {
    for await (const batch of allRows(this.context, this.counts)) {
      this.counts.delivered += batch.numRows;
      yield batch;
    }
    assertNotShrunk(this.context, this.before.rows, this.counts.read, this.maxDeletedShare);
  }

  intent(): undefined {
    return undefined;
  }

  after(applied: boolean): Body {
    return { strategy: this.before.strategy, rows: applied ? this.counts.read : this.before.rows };
  }
}

/** All rows of the source, in batches of its table. */
export async function* allRows(context: ReadContext, counts: Counts): AsyncGenerator<RecordBatch> {
  const { engine, source, options, dialect } = context;
  const statement = (range?: Sql): Sql => {
    const conditions = [options.where, range].filter((condition) => condition !== undefined);
    const where =
      conditions.length === 0
        ? sql``
        : sql` WHERE ${joinSql(
            conditions.map((condition) => sql`(${condition})`),
            " AND ",
          )}`;
    return sql`SELECT ${selection(source, dialect, context.drift?.absent)} FROM ${id(...source.path)}${where}`;
  };
  const batches = canReadInRanges(context)
    ? readInRanges(context, statement)
    : engine.query(statement(), { signal: options.signal, batchRows: options.batchRows });
  for await (const batch of batches) {
    if (batch.numRows === 0) continue;
    counts.read += batch.numRows;
    yield (await conformed(context, batch, counts)).batch;
  }
}

/** @throws WarehouseError WAREHOUSE_EXTRACT_SHRUNK where so much is gone that the extract has rather broken off. */
export function assertNotShrunk(
  { source, name }: ReadContext,
  before: number | undefined,
  now: number,
  maxDeletedShare: number,
  deleted = (before ?? 0) - now,
): void {
  if (before === undefined || deleted <= before * maxDeletedShare) return;
  throw new WarehouseError(
    "WAREHOUSE_EXTRACT_SHRUNK",
    `Of the ${before} rows of "${source.table.name}" that were there before, ${deleted} are gone; at most ${maxDeletedShare * 100} % may be.`,
    {
      hint: "Where the source was really emptied, give maxDeletedShare: 1.",
      details: { name, before, now, deleted },
    },
  );
}
