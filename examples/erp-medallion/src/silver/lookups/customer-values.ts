import { date, Decimal, decimal, defineTable, nullable, utf8 } from "@lakewright/core";
import { id, joinSql, sql } from "@lakewright/sql";
import type { Preparation } from "../clean/cleaning.ts";
import type { SilverRun } from "../load/cleaned.ts";
import { keysOf } from "../../source/keys.ts";
import { chunks } from "../load/findings.ts";
import { customers } from "../star/dimensions.ts";

const valueTable = defineTable("customer_value", {
  customer: utf8(),
  segment: nullable(utf8()),
  value: nullable(decimal(16, 2)),
  first_order: nullable(date()),
});

/** `customer_value`: what is known of the customers that are asked for; {@link keepValues} brings it up to date. */
export async function knowValues({ engine, rows, warehouse }: Preparation): Promise<void> {
  await engine.execute(
    "CREATE OR REPLACE TEMP TABLE customer_value (customer VARCHAR, segment VARCHAR, value DECIMAL(16, 2), first_order DATE)",
  );
  const asked = await engine.query(sql`SELECT id FROM ${rows}`).rows();
  for (const chunk of chunks(asked)) {
    const known = await warehouse.engine
      .query(
        sql`SELECT customer_id AS customer, segment, lifetime_value AS value, first_order_date AS first_order
FROM dim_customer WHERE is_current = TRUE AND customer_id IN (${keysOf(chunk.map((row) => row["id"]))})`,
      )
      .rows();
    if (known.length > 0) await engine.load(valueTable.name, valueTable, known as never);
  }
}

interface Value {
  readonly customer: string;
  readonly cents: bigint;
  readonly firstOrder: unknown;
  readonly isAsBefore: (segment: string) => boolean;
}

/**
 * Brings up to date what customers were invoiced, in euro, and since when they order, by the facts that were just loaded.
 * Segments are 80 / 15 / 5 (Pareto): each depends on all customers, and only those that differ are written.
 */
export async function keepValues({ warehouse, at, signal }: SilverRun): Promise<void> {
  const { engine } = warehouse;
  const rows = await engine
    .query(
      sql`SELECT c.customer_id, c.segment, c.lifetime_value, c.first_order_date, v.value, v.first_order
FROM dim_customer c LEFT JOIN (
  SELECT m.customer_id, SUM(CASE WHEN f.document_type IN ('Invoice', 'CreditNote') THEN f.net_amount_excl_tax ELSE 0 END) AS value,
    MIN(CASE WHEN f.document_type = 'Order' AND f.document_state <> 'Cancelled' THEN f.document_date END) AS first_order
  FROM fact_sales f JOIN dim_customer m ON m.customer_key = f.customer_key GROUP BY m.customer_id
) v ON v.customer_id = c.customer_id
WHERE c.is_current = TRUE AND c.is_inferred = FALSE AND c.customer_key > 0`,
    )
    .rows();
  const values = rows.map((row): Value => {
    const cents = centsOf(row["value"]);
    return {
      customer: row["customer_id"] as string,
      cents,
      firstOrder: row["first_order"],
      isAsBefore: (segment) =>
        row["segment"] === segment &&
        row["lifetime_value"] !== null &&
        centsOf(row["lifetime_value"]) === cents &&
        String(row["first_order_date"]) === String(row["first_order"]),
    };
  });
  const segments = segmentsOf(values);
  const changed = new Map(
    values
      .filter(({ customer, isAsBefore }) => !isAsBefore(segments.get(customer)!))
      .map((value) => [value.customer, value]),
  );
  const names = customers.input.fields.map(({ name }) => id(name));
  const members: Record<string, unknown>[] = [];
  for (const chunk of chunks([...changed.keys()])) {
    const found = await engine
      .query(
        sql`SELECT ${joinSql(names)} FROM dim_customer WHERE is_current = TRUE AND customer_id IN (${keysOf(chunk)})`,
      )
      .rows();
    for (const row of found) {
      const { customer, cents, firstOrder } = changed.get(row["customer_id"] as string)!;
      members.push({
        ...row,
        segment: segments.get(customer)!,
        lifetime_value: new Decimal(cents, 2),
        first_order_date: firstOrder,
      });
    }
  }
  if (members.length === 0) return;
  await warehouse.load(customers, members as never, {
    loadId: `${customers.name}@${at}#values`,
    at,
    signal,
    onReject: "error",
  });
}

/** Segments by customer: A those that make up 80 % of what was invoiced, B the next 15 %. */
function segmentsOf(values: readonly Value[]): Map<string, string> {
  const paying = values.filter(({ cents }) => cents > 0n);
  const total = paying.reduce((sum, { cents }) => sum + cents, 0n);
  paying.sort((a, b) =>
    a.cents === b.cents ? (a.customer < b.customer ? -1 : 1) : a.cents > b.cents ? -1 : 1,
  );
  const segments = new Map(values.map(({ customer }) => [customer, "C"]));
  let before = 0n;
  for (const { customer, cents } of paying) {
    if (before * 100n < total * 80n) segments.set(customer, "A");
    else if (before * 100n < total * 95n) segments.set(customer, "B");
    before += cents;
  }
  return segments;
}

function centsOf(value: unknown): bigint {
  return Decimal.from(String(value ?? 0)).rescale(2).unscaled;
}
