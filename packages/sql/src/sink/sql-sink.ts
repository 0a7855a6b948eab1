import {
  CoreError,
  type JobOptions,
  type PositionRange,
  type Positions,
  type Sink,
  type SinkWrite,
  type Table,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { createTable } from "../create-table.ts";
import type { SqlEngine } from "../engine.ts";
import { SqlError } from "../errors.ts";
import { assertDefinition, assertEngine } from "../shared/given.ts";
import { assertKnownOptions } from "../shared/options.ts";
import { toPath } from "../shared/target.ts";
import { isConflict, retryingConflicts } from "../shared/transaction/retry.ts";
import { id, type Sql, sql } from "../text.ts";
import { positionsOf, positionsPath, positionsTable, takePositions } from "./positions.ts";

export interface SqlSinkOptions {
  /** Name of the table, or path to it: `["mart", "fact_sales"]`. */
  readonly target: string | readonly string[];
  /** Create the table where it is not there. Default false. */
  readonly create?: boolean | undefined;
}

/** How often a write that met another (a deadlock, a failed commit) is tried again before its error is the caller's. */
const RETRIES = 2;

/**
 * A table of an engine as the end of a pipeline. Rows are appended, and the positions of the consumer moved, in one
 * transaction: each record lands once, through crashes and rival writers. Positions live in the table
 * `_lakewright_positions`, made on first use beside the target.
 *
 * A write that lost the race gives `{ written: false }` and the positions that stand; rivals wait for each other on the
 * rows of their partitions. `version` is the sum of the positions of the consumer, which every write makes larger.
 *
 * @throws CoreError CORE_INVALID_OPTION where an option is unknown or the target is missing.
 */
export function sqlSink<T extends Table>(
  engine: SqlEngine,
  table: T,
  options: SqlSinkOptions,
): Sink {
  assertEngine("sqlSink()", engine);
  assertDefinition("sqlSink()", table);
  const { target, create } = checked(options);
  return new SqlSink(engine, table, toPath(target), create ?? false);
}

class SqlSink implements Sink {
  private readonly engine: SqlEngine;
  private readonly table: Table;
  private readonly path: readonly string[];
  private readonly create: boolean;
  private prepared: Promise<void> | undefined;

  constructor(engine: SqlEngine, table: Table, path: readonly string[], create: boolean) {
    this.engine = engine;
    this.table = table;
    this.path = path;
    this.create = create;
  }

  async positions(consumer: string): Promise<Positions> {
    await this.prepare();
    return positionsOf(this.engine, this.path, consumer);
  }

  async write(
    batches: readonly RecordBatch[],
    range: PositionRange,
    options: JobOptions = {},
  ): Promise<SinkWrite> {
    await this.prepare();
    return retryingConflicts(RETRIES, options.signal, async () => {
      try {
        return await this.attempt(batches, range, options);
      } catch (error) {
        if (!(error instanceof LostRace) && !isConflict(error)) throw error;
        const positions = await this.positions(range.consumer);
        if (error instanceof LostRace || hasMoved(range, positions)) {
          return { written: false, positions };
        }
        throw error;
      }
    });
  }

  private attempt(
    batches: readonly RecordBatch[],
    range: PositionRange,
    options: JobOptions,
  ): Promise<SinkWrite> {
    const { engine, path, table } = this;
    return engine.transaction(
      async (session) => {
        const version = await takePositions(session, path, range);
        if (version === undefined) throw new LostRace();
        const full = batches.filter((batch) => batch.numRows > 0);
        const { rows } =
          full.length === 0 ? { rows: 0 } : await session.load(path, table, full, options);
        return { written: true, rows, version };
      },
      { signal: options.signal },
    );
  }

  private prepare(): Promise<void> {
    this.prepared ??= this.createTables().catch((error: unknown) => {
      this.prepared = undefined;
      throw error;
    });
    return this.prepared;
  }

  private async createTables(): Promise<void> {
    const { engine, path, table } = this;
    await this.ensure(
      positionsPath(path),
      createTable(engine.dialect, positionsPath(path), positionsTable, {
        primaryKey: ["consumer", "target", "partition"],
      }),
    );
    if (this.create) await this.ensure(path, createTable(engine.dialect, path, table));
  }

  /** Makes a table that is not there: of two sessions that do so at once one fails, and then it is there. */
  private async ensure(path: readonly string[], create: Sql): Promise<void> {
    const probe = (): Promise<unknown> =>
      this.engine.query(sql`SELECT * FROM ${id(...path)} LIMIT 0`).rows();
    const isThere = (): Promise<boolean> =>
      probe().then(
        () => true,
        (error: unknown) => {
          if (error instanceof SqlError && error.code === "SQL_QUERY_FAILED") return false;
          throw error;
        },
      );
    if (await isThere()) return;
    await this.engine.execute(create).catch(async (error: unknown) => {
      if (!(await isThere())) throw error;
    });
  }
}

/** Leaves the transaction, which must not keep what it has moved. */
class LostRace extends Error {}

function checked(options: SqlSinkOptions): SqlSinkOptions {
  assertKnownOptions("sqlSink()", options, ["target", "create"]);
  const path = toPath(options.target ?? []);
  if (path.length > 0 && path.every((name) => typeof name === "string" && name !== "")) {
    return options;
  }
  throw new CoreError("CORE_INVALID_OPTION", "sqlSink() needs a target: the name of a table.", {
    hint: 'Give { target: "transactions" }, or a path: { target: ["mart", "transactions"] }.',
  });
}

function hasMoved({ from, to }: PositionRange, positions: Positions): boolean {
  return [...to.keys()].some((partition) => positions.get(partition) !== from.get(partition));
}
