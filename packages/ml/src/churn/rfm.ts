import { Matrix } from "../data/matrix.ts";
import { DAY_US } from "./instant.ts";
import type { Orders } from "./orders.ts";

/** What is known of each customer at a point in time, from the orders before it. */
export const rfmFeatureNames = [
  /** Whole days since the last order. */
  "recency_days",
  /** Days on which the customer ordered. */
  "frequency",
  /** Sum of all amounts. */
  "monetary_total",
  /** Mean amount of an order. */
  "average_order",
  /** Whole days since the first order. */
  "age_days",
  /** Whole days from the first order to the last. */
  "active_days",
  /** Mean days between days with an order; the age where there was one such day only. */
  "interval_days",
  /** recency_days / (interval_days + 1): how overdue the next order is. */
  "recency_to_interval",
  /** Orders in the last `recentDays` days. */
  "recent_orders",
  /** Sum of their amounts. */
  "recent_amount",
] as const;

export interface RfmRows {
  /** One row a customer who had ordered by then. */
  readonly matrix: Matrix;
  /** Positions of those customers in `orders.customers`. */
  readonly customers: Int32Array;
}

/**
 * Recency, frequency, monetary value and what follows from them, for every customer with an order before `asOf`.
 *
 * Source: Fader, Hardie and Lee, "RFM and CLV", Journal of Marketing Research 42 (2005), for the summary by
 * recency and frequency.
 */
export function rfmRows(orders: Orders, asOf: number, recentDays: number): RfmRows {
  const { starts, times, amounts } = orders;
  const known: number[] = [];
  const columns: number[][] = rfmFeatureNames.map(() => []);
  for (let k = 0; k < orders.customers.length; k++) {
    const from = starts[k]!;
    const to = firstNotBefore(times, from, starts[k + 1]!, asOf);
    if (to === from) continue;
    known.push(k);
    let total = 0;
    let days = 0;
    let day = NaN;
    let recent = 0;
    let recentAmount = 0;
    const recentFrom = asOf - recentDays * DAY_US;
    for (let i = from; i < to; i++) {
      total += amounts[i]!;
      const on = Math.floor(times[i]! / DAY_US);
      if (on !== day) days++;
      day = on;
      if (times[i]! >= recentFrom) {
        recent++;
        recentAmount += amounts[i]!;
      }
    }
    const first = times[from]!;
    const last = times[to - 1]!;
    const age = wholeDays(asOf - first);
    const recency = wholeDays(asOf - last);
    const active = Math.floor(last / DAY_US) - Math.floor(first / DAY_US);
    const interval = days > 1 ? active / (days - 1) : age;
    [
      recency,
      days,
      total,
      total / (to - from),
      age,
      active,
      interval,
      recency / (interval + 1),
      recent,
      recentAmount,
    ].forEach((value, f) => columns[f]!.push(value));
  }
  const matrix = new Matrix(
    known.length,
    rfmFeatureNames,
    columns.map((column) => Float64Array.from(column)),
  );
  return { matrix, customers: Int32Array.from(known) };
}

/** For each customer given: 1 where no order lies in [from, to). */
export function stayedAway(
  orders: Orders,
  customers: Int32Array,
  from: number,
  to: number,
): Uint8Array {
  return Uint8Array.from(customers, (k) => {
    const end = orders.starts[k + 1]!;
    const next = firstNotBefore(orders.times, orders.starts[k]!, end, from);
    return next < end && orders.times[next]! < to ? 0 : 1;
  });
}

function wholeDays(micros: number): number {
  return Math.floor(micros / DAY_US);
}

/** The first of the ascending times[from, to) that is not before the instant; `to` where there is none. */
function firstNotBefore(times: Float64Array, from: number, to: number, instant: number): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (times[middle]! < instant) low = middle + 1;
    else high = middle;
  }
  return low;
}
