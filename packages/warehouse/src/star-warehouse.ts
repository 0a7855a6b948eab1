import { type JobOptions, type RowsOrBatches, type Sink, trace } from "@lakewright/core";
import type {
  EngineTable,
  QueryOptions,
  QueryResult,
  SqlEngine,
  TransactionOptions,
} from "@lakewright/sql";
import { daysBetween } from "./define/calendar/days.ts";
import type { Dimension } from "./define/dimension.ts";
import type { Fact } from "./define/fact.ts";
import type { StarTable } from "./define/star-table.ts";
import { WarehouseError } from "./errors.ts";
import { assertRows, assertStarTable } from "./given.ts";
import { type Instant, microsOf } from "./instant.ts";
import type { LoadContext } from "./load/context.ts";
import {
  assertDeleteFacts,
  deleteFacts,
  type DeleteFactsOptions,
  type DeleteFactsSummary,
  planDeleteFacts,
} from "./load/delete-facts.ts";
import { deleteMembers } from "./load/delete-members.ts";
import { lockTables } from "./load/ledger.ts";
import { isReplayable, type LoadData, sourceOf } from "./load/load-data.ts";
import type { LoadOptions, LoadSummary } from "./load/options.ts";
import { planOf } from "./load/plan.ts";
import { assertLoadOptions } from "./load/request.ts";
import type { RewindOptions, RewindSummary } from "./load/rewind/rewind-options.ts";
import { assertRewind, planRewind, rewindDimension } from "./load/rewind/rewind.ts";
import { runLoad } from "./load/run.ts";
import { assertKnown } from "./options.ts";
import { asOf, type AsOfRow } from "./read/as-of.ts";
import { findOrphans, type Orphans } from "./schema/integrity.ts";
import { addDays } from "./seed/days.ts";
import { sinkOf } from "./sink.ts";
import type { LoadPlan } from "./step.ts";
import type { DeleteSummary, MemberKey, Warehouse } from "./warehouse.ts";

/** Times a load is run again after a conflict with another session. */
const RETRIES = 3;

/** The warehouse on a database. */
export class StarWarehouse implements Warehouse {
  readonly engine: SqlEngine;
  readonly schema: string;
  private readonly context: LoadContext;
  private readonly tables: ReadonlyMap<string, StarTable>;

  constructor(engine: SqlEngine, context: LoadContext, tables: readonly StarTable[]) {
    this.engine = engine;
    this.schema = context.place.schema;
    this.context = context;
    this.tables = new Map(tables.map((table) => [table.name, table]));
  }

  async load<T extends StarTable>(
    table: T,
    data: LoadData<T["input"]>,
    options: LoadOptions = {},
  ): Promise<LoadSummary> {
    const known = this.known(table);
    assertLoadOptions(this.engine.dialect, known, options);
    assertRows(`The data of a load of "${known.name}" is`, data, { orQuery: true });
    const source = sourceOf(this.engine, data);
    return trace("warehouse.load", { table: table.name, loadId: options.loadId }, () =>
      this.engine.transaction(
        (session) => {
          const { context } = this;
          const job = { session, context, tables: this.all(), needsRows: true };
          return runLoad(job, known, source, options);
        },
        { ...this.serial(options.signal), retries: isReplayable(source) ? RETRIES : 0 },
      ),
    );
  }

  planLoad(table: StarTable, options: LoadOptions = {}): LoadPlan {
    const known = this.known(table);
    assertLoadOptions(this.engine.dialect, known, options);
    return planOf(this.context, known, options);
  }

  async delete<T extends Dimension>(
    dimension: T,
    keys: Iterable<MemberKey<T>>,
    options: Pick<JobOptions, "signal"> = {},
  ): Promise<DeleteSummary> {
    const known: Dimension = this.known(dimension);
    assertKnown("delete", options, ["signal"]);
    assertRows(`The keys of a deletion from "${known.name}" are`, keys);
    return trace("warehouse.delete", { table: known.name }, () =>
      this.engine.transaction(
        (session) =>
          deleteMembers(
            { session, context: this.context },
            this.all(),
            known,
            keys as RowsOrBatches,
            options,
          ),
        { ...this.serial(options.signal), retries: isReplayable(keys) ? RETRIES : 0 },
      ),
    );
  }

  async deleteFacts<T extends Fact>(
    fact: T,
    keys: Iterable<T["$key"]> | AsyncIterable<T["$key"]>,
    options: DeleteFactsOptions = {},
  ): Promise<DeleteFactsSummary> {
    const known: Fact = this.known(fact);
    assertDeleteFacts(this.engine.dialect, known, options);
    assertRows(`The keys of a deletion from "${known.name}" are`, keys);
    return trace("warehouse.deleteFacts", { table: known.name, loadId: options.loadId }, () =>
      this.engine.transaction(
        (session) =>
          deleteFacts({ session, context: this.context }, known, keys as RowsOrBatches, options),
        { ...this.serial(options.signal), retries: isReplayable(keys) ? RETRIES : 0 },
      ),
    );
  }

  planDeleteFacts(fact: Fact): LoadPlan {
    const known: Fact = this.known(fact);
    assertDeleteFacts(this.engine.dialect, known, {});
    return planDeleteFacts(this.context, known);
  }

  async rewind(
    dimension: Dimension,
    to: Instant,
    options: RewindOptions = {},
  ): Promise<RewindSummary> {
    const known = this.known(dimension);
    assertRewind(known, options);
    const micros = microsOf("The moment of rewind", to);
    const tables = this.all();
    const { context } = this;
    return trace("warehouse.rewind", { table: known.name }, () =>
      this.engine.transaction(
        async (session) => {
          await lockTables(session, context.place, tables);
          return rewindDimension({ session, context, tables }, known, micros, options);
        },
        { ...this.serial(options.signal), retries: RETRIES },
      ),
    );
  }

  planRewind(dimension: Dimension, to: Instant, options: RewindOptions = {}): LoadPlan {
    const known = this.known(dimension);
    assertRewind(known, options);
    return planRewind(this.context, this.all(), known, to, options);
  }

  asOf<T extends Dimension>(
    dimension: T,
    at: Instant,
    options?: QueryOptions,
  ): QueryResult<AsOfRow<T>> {
    return asOf(this.engine, this.context.place, this.known(dimension), at, options);
  }

  extend(
    calendar: Dimension,
    days: { readonly from: string; readonly to: string },
  ): Promise<{ readonly inserted: number }> {
    const known = this.known(calendar);
    if (known.days === undefined) {
      throw new WarehouseError("WAREHOUSE_INVALID_OPTION", `"${known.name}" is no calendar.`, {
        hint: "Members of other dimensions are loaded.",
      });
    }
    const range = [...daysBetween(days.from, days.to)];
    return this.engine.transaction(async (session) => {
      await lockTables(session, this.context.place, [known]);
      return { inserted: await addDays(session, this.context.place, known, range) };
    });
  }

  checkIntegrity(): Promise<Orphans[]> {
    return findOrphans(this.engine, this.context.place, this.all());
  }

  table(table: StarTable): EngineTable {
    return this.engine.table(this.context.place.path(this.known(table).name));
  }

  sink(table: StarTable, options: LoadOptions = {}): Sink {
    const known = this.known(table);
    assertLoadOptions(this.engine.dialect, known, options);
    return sinkOf(this.engine, this.context, this.all(), known, options);
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  private all(): readonly StarTable[] {
    return [...this.tables.values()];
  }

  /** Loads of a table wait for each other; what one waited for must be seen once it runs. */
  private serial(signal: AbortSignal | undefined): TransactionOptions {
    return { signal, isolation: "read committed" };
  }

  private known<T extends StarTable>(table: T): T {
    assertStarTable("The table", table);
    const known = this.tables.get(table.name);
    if (known !== undefined && known.kind === table.kind) return known as T;
    throw new WarehouseError(
      "WAREHOUSE_UNKNOWN_TABLE",
      `The warehouse has no ${table.kind} "${table.name}".`,
      { hint: `Give it to openWarehouse; it has ${[...this.tables.keys()].join(", ")}.` },
    );
  }
}
