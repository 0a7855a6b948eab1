import { batchBuilder, conformBatch, readColumn, type Table, toRows } from "@lakewright/core";
import { id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import type { WatermarkStrategy } from "../../strategy.ts";
import type { Body } from "../../state/body.ts";
import { selection } from "../rows/columns.ts";
import { conformed } from "../rows/conform.ts";
import type { CursorValue } from "./cursor.ts";
import { fingerprints } from "../rows/fingerprint.ts";
import { type KeysetQuery, type OrderTerm, positionOf, readKeyset } from "../ranges/keyset.ts";
import { Delivered } from "./delivered.ts";
import { type Counts, noCounts, type ReadContext, type Reading } from "../reading.ts";
import { textOfValue } from "../rows/value-text.ts";
import type { WatermarkPlan } from "./plan.ts";

/** What the cursor of several columns is called in results. */
const CURSOR = "lakewright_cursor";

/** Reads the rows of one range of a cursor. */
export class WatermarkReading implements Reading {
  readonly mode = "changes";
  readonly counts: Counts = noCounts();
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly cursorWentBack: boolean;
  private readonly context: ReadContext;
  private readonly strategy: WatermarkStrategy;
  private readonly plan: WatermarkPlan;
  private readonly recent: Delivered;
  private readonly nulls: Delivered;
  private readonly order: readonly OrderTerm[];
  /** Where `maxRows` ended it. */
  private stoppedAt: readonly string[] | undefined;

  constructor(context: ReadContext, strategy: WatermarkStrategy, plan: WatermarkPlan) {
    this.context = context;
    this.strategy = strategy;
    this.plan = plan;
    this.from = plan.from;
    this.to = plan.to;
    this.cursorWentBack = plan.wentBack;
    const hasKey = (context.source.primaryKey?.length ?? 0) > 0;
    this.recent = new Delivered(plan.forgets ? [] : plan.before.recent, hasKey);
    this.nulls = new Delivered(plan.forgets ? [] : plan.before.nulls, hasKey);
    const { cursor, key } = plan;
    const single = cursor.names.length === 1;
    this.order = [
      { value: cursor.value, column: single ? cursor.names[0]! : CURSOR, type: cursor.type },
      ...key,
    ];
  }

  get table(): Table {
    return this.context.source.table;
  }

  get part(): string {
    return this.plan.after?.join("\u0000") ?? "";
  }

  get isComplete(): boolean {
    return this.stoppedAt === undefined;
  }

  intent(): Body | undefined {
    const { before, to, horizon, after } = this.plan;
    if (to === before.watermark && horizon === undefined) return undefined;
    if (before.range !== undefined) return undefined;
    return { ...before, cursor: this.plan.cursor.names, range: { to, horizon, after } };
  }

  after(applied: boolean): Body {
    const { before, to, horizon, cursor } = this.plan;
    const known = { strategy: "watermark", cursor: cursor.names } as const;
    const earlier = before.range?.after ? (before.recent ?? []) : [];
    const recent = applied ? [...earlier, ...this.recent.remembered()] : [];
    if (this.stoppedAt) {
      return { ...before, ...known, recent, range: { to, horizon, after: this.stoppedAt } };
    }
    // What an earlier attempt had not seen yet is read again: the horizon stays, nothing counts as delivered.
    return {
      ...known,
      watermark: to,
      horizon: applied ? horizon : before.horizon,
      recent,
      nulls: applied ? this.nulls.remembered() : [],
    };
  }

  async *batches(): AsyncGenerator<RecordBatch> {
    const { plan } = this;
    if (plan.to !== undefined || plan.horizon !== undefined) yield* this.inOrder();
    const { nullCursor = "always" } = this.strategy;
    const readsNulls = nullCursor === "always" || plan.from === undefined;
    if (!plan.cursor.nullable || !readsNulls || this.stoppedAt) return;
    yield* this.withoutCursor();
  }

  private async *inOrder(): AsyncGenerator<RecordBatch> {
    const { context, plan, order } = this;
    const { cursor } = plan;
    const first = order[0]!;
    const extra = first.column === CURSOR ? [sql`${first.value} AS ${id(CURSOR)}`] : [];
    const query = this.query([this.bounds()], order, extra);
    const { rank } = cursor.arithmetic;
    const known = cursor.rankOf(plan.from);
    const again = cursor.rankOf(plan.next);
    for await (const batch of this.read({ ...query, after: plan.afterValues(order) })) {
      const cursors = readColumn(batch, first.column) as (row: number) => CursorValue;
      const last = cursors(batch.numRows - 1);
      const mayRepeat =
        !this.recent.isEmpty &&
        (plan.horizon !== undefined || rank === undefined || rank(cursors(0)) <= known!);
      const isRecent = (value: CursorValue): boolean =>
        rank === undefined ? value === plan.next : rank(value) >= again!;
      const { batch: chosen, origin } = await conformed(context, batch, this.counts);
      const hashes = mayRepeat || isRecent(last) ? fingerprints(chosen) : undefined;
      const kept: number[] = [];
      for (let row = 0; row < chosen.numRows; row++) {
        const hash = hashes?.[row];
        const isRepeated = mayRepeat && this.recent.take(hash!);
        if (hash !== undefined && isRecent(cursors(origin(row)))) this.recent.remember(hash);
        if (!isRepeated) kept.push(row);
      }
      this.counts.read += batch.numRows;
      this.counts.repeated += chosen.numRows - kept.length;
      this.counts.delivered += kept.length;
      if (kept.length > 0) yield pick(context.source.table, chosen, kept);
      if (this.counts.read === context.maxRows) {
        const position = positionOf(order, batch, batch.numRows - 1);
        this.stoppedAt = order.map(({ type }, k) => textOfValue(type, position[k]));
      }
    }
  }

  private async *withoutCursor(): AsyncGenerator<RecordBatch> {
    const { plan, context } = this;
    const { table } = context.source;
    for await (const batch of this.read({
      ...this.query([plan.cursor.isMissing], plan.key, []),
      maxRows: undefined,
    })) {
      const { batch: chosen } = await conformed(context, batch, this.counts);
      const kept: number[] = [];
      fingerprints(chosen).forEach((hash, row) => {
        if (!this.nulls.take(hash)) kept.push(row);
        this.nulls.remember(hash);
      });
      this.counts.read += batch.numRows;
      this.counts.nullCursors += batch.numRows;
      this.counts.repeated += chosen.numRows - kept.length;
      this.counts.delivered += kept.length;
      if (kept.length > 0) yield pick(table, chosen, kept);
    }
  }

  /** The rows of the range: by cursor, and with a horizon those written since, whatever their cursor. */
  private bounds(): Sql {
    const { cursor, to, lower, horizon, before } = this.plan;
    const isThere = sql`NOT ${cursor.isMissing}`;
    const upper = to === undefined ? raw("1 = 0") : cursor.atOrBefore(cursor.fromText(to));
    const { transactions } = this.context.dialect;
    // Beyond the bound only what was settled when it was fixed: the rest is written since, which the next range asks for.
    const ended =
      horizon === undefined
        ? upper
        : sql`(${upper} OR NOT ${transactions!.writtenSince(BigInt(horizon))})`;
    if (lower === undefined) return sql`${isThere} AND ${ended}`;
    const within = sql`${cursor.atOrAfter(lower)} AND ${upper}`;
    if (horizon === undefined || before.horizon === undefined) return within;
    const written = transactions!.writtenSince(BigInt(before.horizon));
    return sql`${isThere} AND ((${within}) OR (${written} AND ${ended}))`;
  }

  private query(
    where: readonly Sql[],
    order: readonly OrderTerm[],
    extra: readonly Sql[],
  ): KeysetQuery {
    const { source, options, dialect } = this.context;
    return {
      select: joinSql([selection(source, dialect, this.context.drift?.absent), ...extra]),
      from: id(...source.path),
      where: options.where ? [options.where, ...where] : where,
      order,
      isTotal: this.plan.isTotal,
      pageRows: options.pageRows,
      maxRows: this.context.maxRows,
    };
  }

  private read(query: KeysetQuery): AsyncGenerator<RecordBatch> {
    const { engine, options } = this.context;
    return readKeyset(engine, query, {
      retries: options.retries ?? 3,
      signal: options.signal,
      batchRows: options.batchRows,
      onResume: () => void this.counts.resumed++,
    });
  }
}

/** Some rows of a batch, in order. */
export function pick(table: Table, batch: RecordBatch, rows: readonly number[]): RecordBatch {
  if (rows.length === batch.numRows) return batch;
  if (rows[rows.length - 1]! - rows[0]! + 1 === rows.length) {
    return conformBatch(table, batch.slice(rows[0], rows[0]! + rows.length));
  }
  const all = toRows(batch, table);
  return batchBuilder(table).build(rows.map((row) => all[row]!));
}
