import type { RowsOrBatches, Sink } from "@lakewright/core";
import { trace } from "@lakewright/core";
import type { EngineTable, QueryOptions, QueryResult, SqlEngine } from "@lakewright/sql";
import type { Dimension } from "./define/dimension.ts";
import { WarehouseError } from "./errors.ts";
import type { Instant } from "./instant.ts";
import type { LoadContext } from "./load/context.ts";
import { planOf } from "./load/plan.ts";
import { assertLoadOptions } from "./load/request.ts";
import { runLoad } from "./load/run.ts";
import { asOf } from "./read/as-of.ts";
import { sinkOf } from "./sink.ts";
import type { LoadOptions, LoadPlan, LoadSummary, StarTable, Warehouse } from "./warehouse.ts";

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
        (session) => runLoad(session, this.context, known, data as RowsOrBatches, options),
        { signal: options.signal },
      ),
    );
  }

  planLoad(table: StarTable, options: LoadOptions = {}): LoadPlan {
    const known = this.known(table);
    assertLoadOptions(known, options);
    return planOf(this.context, known, options);
  }

  asOf(dimension: Dimension, at: Instant, options?: QueryOptions): QueryResult {
    this.known(dimension);
    return asOf(this.engine, this.context.place, dimension, at, options);
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

  private known(table: StarTable): StarTable {
    const known = this.tables.get(table.name);
    if (known !== undefined && known.kind === table.kind) return known;
    throw new WarehouseError(
      "WAREHOUSE_UNKNOWN_TABLE",
      `The warehouse has no ${table.kind} "${table.name}".`,
      { hint: `Give it to openWarehouse; it has ${[...this.tables.keys()].join(", ")}.` },
    );
  }
}
