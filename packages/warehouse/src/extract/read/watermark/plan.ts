import { showValue, warn } from "@lakewright/core";
import { id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { WarehouseError } from "../../../errors.ts";
import { microsOfValue } from "../../../instant.ts";
import { invalid } from "../../../options.ts";
import { type Body, bodyOf } from "../../state/body.ts";
import type { WatermarkStrategy } from "../../strategy.ts";
import { keyTerm, type OrderTerm } from "../ranges/keyset.ts";
import type { ReadContext } from "../reading.ts";
import { fieldOf } from "../rows/columns.ts";
import { valueOfText } from "../rows/value-text.ts";
import { Cursor, type CursorValue } from "./cursor.ts";
import { earliestReading, latestReading } from "./zone.ts";

const DEFAULT_OVERLAP_MS = 60_000;

/** The range an extraction reads, fixed before it reads. */
export interface WatermarkPlan {
  readonly cursor: Cursor;
  readonly key: readonly OrderTerm[];
  /** Whether cursor and key tell every row from the others. */
  readonly isTotal: boolean;
  readonly before: Body;
  readonly from: string | undefined;
  readonly to: string | undefined;
  /** Where it begins: the overlap before `from`. */
  readonly lower: CursorValue | undefined;
  /** Where the next one begins, as text: what is at or after it is remembered. */
  readonly next: string | undefined;
  readonly horizon: string | undefined;
  /** The end of the part that was kept, of a range that goes on. */
  readonly after: readonly string[] | undefined;
  afterValues(order: readonly OrderTerm[]): readonly unknown[] | undefined;
  readonly wentBack: boolean;
  /** Begins again from nothing. */
  readonly forgets: boolean;
}

export async function planWatermark(
  context: ReadContext,
  strategy: WatermarkStrategy,
): Promise<WatermarkPlan> {
  const { source, name, record } = context;
  const cursor = new Cursor(source, strategy, context.dialect);
  assertPossible(context, strategy, cursor);
  const before = bodyOf(name, record, "watermark");
  if (before.cursor && before.cursor.join("\0") !== cursor.names.join("\0")) {
    throw invalid(
      `The state of "${name}" is of the cursor ${before.cursor.join(", ")}, and ${cursor.names.join(", ")} was asked for.`,
      "Give the extraction another name to begin anew.",
    );
  }
  for (const text of [before.watermark, before.range?.to]) assertReadable(name, cursor, text);
  const tieBreak = strategy.tieBreak ?? source.primaryKey ?? [];
  const key = tieBreak.map((column) => keyTerm(source, context.dialect, column));
  const optional = tieBreak.find((column) => fieldOf(source, "key", column).column.nullable);
  if (key.length === 0 && (context.options.pageRows ?? context.maxRows) !== undefined) {
    throw invalid(
      `pageRows of "${source.table.name}" needs a key to go on after, and the table has none.`,
      "Give watermark({ tieBreak }), or leave pageRows and commitRows out.",
    );
  }
  if (optional !== undefined && (context.options.pageRows ?? context.maxRows) !== undefined) {
    throw invalid(
      `"${optional}", which orders rows of "${source.table.name}" with one cursor, may be null: no row comes after it.`,
      "Give a tieBreak that is never null, or leave pageRows and commitRows out.",
    );
  }
  await assertNoNulls(context, strategy, cursor);
  const horizon = strategy.xminSafe ? await horizonOf(context) : undefined;
  const newest = await newestCursor(context, strategy, cursor);
  const wentBack = isBack(cursor, before.watermark, newest);
  if (wentBack) announce(context, strategy, before.watermark!, newest);
  const forgets = wentBack && strategy.onCursorBack === "reread";
  const from = forgets ? undefined : before.watermark;
  const under = forgets ? undefined : before.range;
  const to = under ? under.to : wentBack && !forgets ? from : (newest ?? from);
  const back = (text: string | undefined, at: bigint | undefined): CursorValue | undefined =>
    text === undefined ? undefined : overlapped(strategy, cursor, text, at);
  const next = back(to, context.at);
  return {
    cursor,
    key,
    isTotal: key.length > 0 && optional === undefined,
    before: forgets ? { strategy: "watermark" } : before,
    from,
    to,
    lower: back(from, record?.at),
    next: next === undefined ? undefined : cursor.arithmetic.toText(next),
    horizon: under ? under.horizon : horizon,
    after: under?.after,
    afterValues: (order) =>
      under?.after && order.map(({ type }, k) => valueOfText(type, under.after![k]!)),
    wentBack,
    forgets,
  };
}

function assertReadable(name: string, cursor: Cursor, text: string | undefined): void {
  try {
    if (!Number.isNaN(cursor.rankOf(text))) return;
  } catch {
    // Said below.
  }
  throw invalid(
    `The state of "${name}" is at ${showValue(text)}, which is no ${cursor.type.kind}.`,
    "Give the extraction another name to begin anew.",
  );
}

function assertPossible(
  { dialect, engine }: ReadContext,
  strategy: WatermarkStrategy,
  cursor: Cursor,
): void {
  const named = cursor.names.join(", ");
  if (!cursor.isTime && (strategy.overlapMs ?? strategy.safetyMs) !== undefined) {
    throw invalid(
      `overlapMs and safetyMs are of time, and the cursor ${named} is ${cursor.type.kind}.`,
      "Give overlap in the unit of the cursor.",
    );
  }
  if (cursor.isTime && strategy.overlap !== undefined) {
    throw invalid(
      `overlap is of numbers, and the cursor ${named} is one of time.`,
      "Give overlapMs.",
    );
  }
  const isInstant = cursor.type.kind === "timestamp" && cursor.type.utc;
  if (strategy.safetyMs !== undefined && !isInstant && strategy.cursorZone === undefined) {
    throw invalid(
      `safetyMs needs the zone of the cursor ${named}, whose values have none.`,
      'Give cursorZone, such as "Europe/Paris".',
    );
  }
  if (strategy.xminSafe && !dialect.transactions) {
    throw new WarehouseError(
      "WAREHOUSE_UNSUPPORTED",
      `xminSafe: rows of ${engine.dialect.name} do not tell which transaction wrote them.`,
      { hint: "Give overlapMs as long as the longest transaction of the source takes." },
    );
  }
}

/** The newest cursor the extraction may read; undefined where there is none. */
async function newestCursor(
  { engine, source, options, at }: ReadContext,
  strategy: WatermarkStrategy,
  cursor: Cursor,
): Promise<string | undefined> {
  const { cursorZone: zone, safetyMs = 0 } = strategy;
  const latest = at - BigInt(Math.round(safetyMs * 1000));
  const isInstant = cursor.type.kind === "timestamp" && cursor.type.utc;
  const conditions: Sql[] = [sql`NOT ${cursor.isMissing}`];
  if (options.where) conditions.push(options.where);
  if (isInstant) conditions.push(cursor.atOrBefore(latest));
  else if (cursor.isTime && zone !== undefined) {
    const reading = latestReading(zone, latest);
    conditions.push(
      cursor.atOrBefore(cursor.type.kind === "date" ? reading.slice(0, 10) : reading),
    );
  }
  const filter = joinSql(
    conditions.map((condition) => sql`(${condition})`),
    " AND ",
  );
  const rows = await engine
    .query(
      sql`SELECT ${cursor.value} AS ${id("newest")} FROM ${id(...source.path)} WHERE ${filter} ORDER BY ${raw("1")} DESC LIMIT 1`,
      { signal: options.signal },
    )
    .rows();
  const newest = rows[0]?.["newest"];
  if (newest === undefined || newest === null) return undefined;
  const value = newest instanceof Date ? microsOfValue(newest) : newest;
  return cursor.arithmetic.toText(value as CursorValue);
}

async function horizonOf({ engine, dialect, options }: ReadContext): Promise<string> {
  const row = await engine.query(dialect.transactions!.horizon, { signal: options.signal }).row();
  return String(row["horizon"]);
}

async function assertNoNulls(
  { engine, source, options }: ReadContext,
  strategy: WatermarkStrategy,
  cursor: Cursor,
): Promise<void> {
  if (strategy.nullCursor !== "reject" || !cursor.nullable) return;
  const conditions = options.where ? [options.where, cursor.isMissing] : [cursor.isMissing];
  const filter = joinSql(
    conditions.map((condition) => sql`(${condition})`),
    " AND ",
  );
  const row = await engine
    .query(sql`SELECT COUNT(*) AS ${id("missing")} FROM ${id(...source.path)} WHERE ${filter}`, {
      signal: options.signal,
    })
    .row();
  const missing = Number(row["missing"]);
  if (missing === 0) return;
  throw new WarehouseError(
    "WAREHOUSE_CURSOR",
    `${missing} rows of "${source.table.name}" have no ${cursor.names.join(", ")}.`,
    {
      hint: 'Give nullCursor: "always" to read them each time, or a cursor that is never null.',
      details: { table: source.table.name, rows: missing },
    },
  );
}

function isBack(
  cursor: Cursor,
  watermark: string | undefined,
  newest: string | undefined,
): boolean {
  if (watermark === undefined) return false;
  if (newest === undefined) return true;
  const { rank } = cursor.arithmetic;
  return rank !== undefined && cursor.rankOf(newest)! < cursor.rankOf(watermark)!;
}

function announce(
  { name, source }: ReadContext,
  strategy: WatermarkStrategy,
  watermark: string,
  newest: string | undefined,
): void {
  const message = `The newest ${String(strategy.cursor)} of "${source.table.name}" is ${newest ?? "missing"}, before the watermark ${watermark} of "${name}".`;
  if (strategy.onCursorBack !== "error") {
    warn("WAREHOUSE_CURSOR", message, { name, watermark, newest });
    return;
  }
  throw new WarehouseError("WAREHOUSE_CURSOR", message, {
    hint: 'The newest rows were deleted, or the source was restored. Give onCursorBack: "reread" to begin anew, or "keep".',
    details: { name, watermark, newest },
  });
}

/** A value and its overlap; with a zone, not after what the wall clock showed from the instant on, less the overlap. */
function overlapped(
  strategy: WatermarkStrategy,
  cursor: Cursor,
  text: string,
  at: bigint | undefined,
): CursorValue {
  const { fromText, back, rank } = cursor.arithmetic;
  const value = fromText(text);
  if (!back) return value;
  const by = cursor.isTime
    ? BigInt(Math.ceil(strategy.overlapMs ?? DEFAULT_OVERLAP_MS))
    : BigInt(strategy.overlap ?? 0);
  const less = (one: CursorValue): CursorValue => (by === 0n ? one : back(one, by));
  const { cursorZone: zone, safetyMs = 0 } = strategy;
  const isReading = zone !== undefined && at !== undefined && isWallClock(cursor);
  if (!isReading || !rank) return less(value);
  const reading = earliestReading(zone, at - BigInt(Math.round(safetyMs * 1000)));
  const earliest = fromText(cursor.type.kind === "date" ? reading.slice(0, 10) : reading);
  return less(rank(earliest) < rank(value) ? earliest : value);
}

/** Whether values are what a clock on the wall shows, which shows some hours twice. */
function isWallClock({ type }: Cursor): boolean {
  return type.kind === "date" || (type.kind === "timestamp" && !type.utc);
}
