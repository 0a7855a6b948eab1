import { type JobOptions, type RowsOrBatches, type Sink, trace } from "@lakewright/core";
import type { EngineTable, QueryOptions, QueryResult, SqlEngine } from "@lakewright/sql";
import type { Dimension } from "./define/dimension.ts";
import { WarehouseError } from "./errors.ts";
import type { Instant } from "./instant.ts";
import type { LoadContext } from "./load/context.ts";
import { deleteMembers } from "./load/delete.ts";
import { planOf } from "./load/plan.ts";
import { assertLoadOptions } from "./load/request.ts";
import { runLoad } from "./load/run.ts";
import { assertKnown } from "./options.ts";
import { asOf } from "./read/as-of.ts";
import { sinkOf } from "./sink.ts";
import type {
  DeleteSummary,
  LoadOptions,
  LoadPlan,
  LoadSummary,
  MemberKey,
  StarTable,
  Warehouse,
} from "./warehouse.ts";

/** The warehouse on a database. */
export class StarWarehouse implements Warehouse {
  readonly engine: SqlEngine;
  private readonly context: LoadContext;
  private readonly tables: ReadonlyMap<string, StarTable>;

  constructor(engine: SqlEngine, context: LoadContext, tables: readonly StarTable[]) {
    this.engine = engine;
    this.context = context;
    this.tables = new Map(tables.map((table) => [table.name, table]));
  }

  async load<T extends StarTable>(
    table: T,
    data: RowsOrBatches<T["input"]>,
    options: LoadOptions = {},
  ): Promise<LoadSummary> {
    const known = this.known(table);
    assertLoadOptions(known, options);
    return trace("warehouse.load", { table: table.name, loadId: options.loadId }, () =>
      this.engine.transaction(
        (session) => runLoad(session, this.context, known, data as RowsOrBatches, options, true),
        { signal: options.signal },
      ),
    );
  }

  planLoad(table: StarTable, options: LoadOptions = {}): LoadPlan {
    const known = this.known(table);
    assertLoadOptions(known, options);
    return planOf(this.context, known, options);
  }

  async delete<T extends Dimension>(
    dimension: T,
    keys: Iterable<MemberKey<T>>,
    options: Pick<JobOptions, "signal"> = {},
  ): Promise<DeleteSummary> {
    const known: Dimension = this.known(dimension);
    assertKnown("delete", options, ["signal"]);
    const { place } = this.context;
    return trace("warehouse.delete", { table: known.name }, () =>
      this.engine.transaction(
        (session) =>
          deleteMembers(
            session,
            place,
            [...this.tables.values()],
            known,
            keys as RowsOrBatches,
            options.signal,
          ),
        options,
      ),
    );
  }

  asOf(dimension: Dimension, at: Instant, options?: QueryOptions): QueryResult {
    return asOf(this.engine, this.context.place, this.known(dimension), at, options);
  }

  table(table: StarTable): EngineTable {
    return this.engine.table(this.context.place.path(this.known(table).name));
  }

  sink(table: StarTable, options: LoadOptions = {}): Sink {
    const known = this.known(table);
    assertLoadOptions(known, options);
    return sinkOf(this.engine, this.context, known, options);
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private known<T extends StarTable>(table: T): T {
    const known = this.tables.get(table.name);
    if (known !== undefined && known.kind === table.kind) return known as T;
    throw new WarehouseError(
      "WAREHOUSE_UNKNOWN_TABLE",
      `The warehouse has no ${table.kind} "${table.name}".`,
      { hint: `Give it to openWarehouse; it has ${[...this.tables.keys()].join(", ")}.` },
    );
  }
}
