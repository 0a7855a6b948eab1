import {
  ipcBatches,
  isBatch,
  looksLikeBatch,
  readColumn,
  showValue,
  untilAborted,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { FeatureRow } from "../data/matrix.ts";
import { numberOf } from "../data/number-of.ts";
import { MlError } from "../errors.ts";
import { microsOf } from "./instant.ts";

/** Orders as rows, Arrow batches, IPC bytes, or a stream of rows or batches: `lake.scan()` is one. */
export type OrderData =
  | RecordBatch
  | Uint8Array
  | Iterable<RecordBatch | FeatureRow>
  | AsyncIterable<RecordBatch | FeatureRow>;

/** Which columns say who ordered, when, and for how much. */
export interface OrderColumns {
  /** Whose order it is: text or a whole number. Default "customer_id". */
  readonly customer?: string | undefined;
  /** When it was: a timestamp, a date, ISO text. Default "created_at". */
  readonly time?: string | undefined;
  /** What it was worth, in one currency. Default "amount". */
  readonly amount?: string | undefined;
}

/** The name of each column, none left open. */
export type OrderColumnNames = { readonly [K in keyof OrderColumns]-?: string };

/** All orders, by customer, then by time. Order j of customer k is at `starts[k] + j`. */
export interface Orders {
  readonly customers: readonly string[];
  readonly starts: Int32Array;
  /** Microseconds since 1970. */
  readonly times: Float64Array;
  readonly amounts: Float64Array;
  /** Orders without a customer, time or amount; they are in no customer's history. */
  readonly ignored: number;
}

/** When the last order was, in microseconds since 1970; -Infinity where there is none. */
export function lastOrderTime({ times }: Orders): number {
  return times.reduce((latest, time) => Math.max(latest, time), -Infinity);
}

/**
 * Takes a history of orders into memory.
 *
 * @throws MlError ML_INVALID_DATA for a missing column, ML_INVALID_VALUE for a time or amount that is none.
 */
export async function readOrders(
  data: OrderData,
  columns: OrderColumnNames,
  signal?: AbortSignal,
): Promise<Orders> {
  const taken = new Taken();
  const items = data instanceof Uint8Array ? ipcBatches(data) : isBatch(data) ? [data] : data;
  const names = [columns.customer, columns.time, columns.amount] as const;
  for await (const item of untilAborted<RecordBatch | FeatureRow>(items, signal)) {
    signal?.throwIfAborted();
    if (looksLikeBatch(item)) {
      const missing = names.find((name) => !item.schema.fields.some((f) => f.name === name));
      if (missing !== undefined) {
        throw missingColumn(
          missing,
          item.schema.fields.map((f) => f.name),
        );
      }
      const [customer, time, amount] = names.map((name) => readColumn(item, name));
      for (let i = 0; i < item.numRows; i++) {
        taken.add(customer!(i), time!(i), amount!(i), columns);
      }
    } else {
      const row = item as FeatureRow;
      const missing = names.find((name) => !(name in row));
      if (missing !== undefined) throw missingColumn(missing, Object.keys(row));
      taken.add(row[columns.customer], row[columns.time], row[columns.amount], columns);
    }
  }
  return taken.sorted();
}

function missingColumn(name: string, have: readonly string[]): MlError {
  return new MlError("ML_INVALID_DATA", `The orders have no column "${name}".`, {
    hint: `Their columns are ${have.join(", ")}; say { customer, time, amount } where yours have other names.`,
    details: { column: name },
  });
}

/** Orders as they come. */
class Taken {
  private readonly numbers = new Map<string, number>();
  private readonly owners: number[] = [];
  private readonly times: number[] = [];
  private readonly amounts: number[] = [];
  private rows = 0;
  private ignored = 0;

  add(customer: unknown, time: unknown, amount: unknown, columns: OrderColumnNames): void {
    const row = this.rows++;
    if (isMissing(customer) || isMissing(time) || isMissing(amount)) {
      this.ignored++;
      return;
    }
    const micros = microsOf(time, `Row ${row}, column "${columns.time}"`);
    const value = numberOf(amount, row, columns.amount);
    if (!Number.isFinite(value)) {
      throw new MlError(
        "ML_INVALID_VALUE",
        `Row ${row}, column "${columns.amount}": ${showValue(amount)} is no finite number.`,
        { details: { row, column: columns.amount } },
      );
    }
    const name = String(customer as string | number | bigint);
    let number = this.numbers.get(name);
    if (number === undefined) this.numbers.set(name, (number = this.numbers.size));
    this.owners.push(number);
    this.times.push(micros);
    this.amounts.push(value);
  }

  /** Customers in order of their names, so that nothing depends on the order of the rows. */
  sorted(): Orders {
    const customers = [...this.numbers.keys()].sort();
    const place = new Int32Array(customers.length);
    customers.forEach((name, k) => (place[this.numbers.get(name)!] = k));
    const starts = new Int32Array(customers.length + 1);
    for (const owner of this.owners) starts[place[owner]! + 1]!++;
    for (let k = 0; k < customers.length; k++) starts[k + 1]! += starts[k]!;
    const next = starts.slice();
    const order = new Int32Array(this.owners.length);
    this.owners.forEach((owner, i) => (order[next[place[owner]!]!++] = i));
    for (let k = 0; k < customers.length; k++) {
      order
        .subarray(starts[k]!, starts[k + 1]!)
        .sort((a, b) => this.times[a]! - this.times[b]! || this.amounts[a]! - this.amounts[b]!);
    }
    return {
      customers,
      starts,
      times: Float64Array.from(order, (i) => this.times[i]!),
      amounts: Float64Array.from(order, (i) => this.amounts[i]!),
      ignored: this.ignored,
    };
  }
}

function isMissing(value: unknown): boolean {
  return (
    value === null || value === undefined || (typeof value === "number" && Number.isNaN(value))
  );
}
