import { Decimal } from "@lakewright/core";
import type { Company, SourceRow } from "./company.ts";

/** Gold once more, row by row from the generated source: nothing of silver or SQL is in it. */
export interface NaiveLine {
  readonly type: string;
  readonly state: string;
  readonly number: string;
  readonly day: string;
  readonly customer: string;
  readonly item: string | null;
  readonly colleague: string | null;
  readonly quantity: number;
  /** Cents. */
  readonly net: bigint;
  readonly cost: bigint;
  readonly due: string | null;
  readonly paid: string | null;
}

/** The lines of sales in euro cents, on their day. */
export function naiveSales(company: Company): NaiveLine[] {
  const documents = new Map(company.rows("saleDocument").map((row) => [row["id"], row]));
  const instalments = Map.groupBy(company.rows("saleCommitment"), (row) => row["documentId"]);
  return company.rows("saleDocumentLine").flatMap((line): NaiveLine[] => {
    if (line["lineType"] === "Comment") return [];
    const document = documents.get(line["documentId"])!;
    const due = instalments.get(document["id"]) ?? [];
    const isPaid = due.length > 0 && due.every((one) => one["state"] === "Paid");
    const written = dayOf(document["documentDate"]);
    return [
      {
        type: String(document["documentType"]),
        state: String(document["state"]),
        number: String(document["documentNumber"]),
        day: written.slice(0, 4) > "2026" ? dayOf(document["sysCreatedDate"]) : written,
        customer: String(document["customerId"]),
        item: textOf(line["itemId"]),
        colleague: textOf(line["colleagueId"]) ?? textOf(document["colleagueId"]),
        quantity: Number(String(line["quantity"])),
        net: inEuro(line["netAmountVatExcluded"], document),
        cost: scaled(line["costAmount"], 2),
        due:
          due.length === 0
            ? null
            : due
                .map((one) => dayOf(one["dueDate"]))
                .sort()
                .at(-1)!,
        paid: isPaid
          ? due
              .map((one) => dayOf(one["paidDate"]))
              .sort()
              .at(-1)!
          : null,
      },
    ];
  });
}

export const isRevenue = (line: NaiveLine): boolean =>
  line.type === "Invoice" || line.type === "CreditNote";
export const isOrder = (line: NaiveLine): boolean =>
  line.type === "Order" && line.state !== "Cancelled";
export const sumOf = <T>(rows: readonly T[], value: (row: T) => bigint): bigint =>
  rows.reduce((sum, row) => sum + value(row), 0n);
export const distinct = <T>(rows: readonly T[], value: (row: T) => unknown): number =>
  new Set(rows.map(value)).size;
export const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

/** Cents as text of a decimal. */
export function euros(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  return `${cents < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** A decimal as an integer of its last digit. */
export function scaled(value: unknown, digits: number): bigint {
  const text = value instanceof Decimal ? value.toString() : String(value);
  const [whole = "0", fraction = ""] = text.replace("-", "").split(".");
  const number = BigInt(whole + fraction.padEnd(digits, "0").slice(0, digits));
  return text.startsWith("-") ? -number : number;
}

function inEuro(amount: unknown, document: SourceRow): bigint {
  const cents = scaled(amount, 2);
  if (document["currencyId"] === "EUR") return cents;
  const product = (cents < 0n ? -cents : cents) * scaled(document["currencyRate"], 6);
  const rounded = (product + 500_000n) / 1_000_000n;
  return cents < 0n ? -rounded : rounded;
}

/** The day of a date or, in UTC, of an instant, in whichever form the generator has it. */
export function dayOf(value: unknown): string {
  if (typeof value === "bigint") return new Date(Number(value / 1000n)).toISOString().slice(0, 10);
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return String(value).slice(0, 10);
}

export function textOf(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}

export function dayNumber(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / 86_400_000;
}
