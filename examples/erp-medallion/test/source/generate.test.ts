import { toBatch } from "@lakewright/core";
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { countsAt } from "../../src/source/generate/counts.ts";
import { type GeneratedSource, generateSource } from "../../src/source/generate/generate.ts";
import { sourceTables } from "../../src/source/schema/index.ts";
import { cents, rowsOf, SCALE, smallSource, sumBy } from "./support.ts";

function fingerprint(source: GeneratedSource): string {
  const hash = createHash("sha256");
  for (const { table } of sourceTables)
    for (const row of rowsOf(source, table.name))
      hash.update(
        JSON.stringify(row, (_, value: unknown) =>
          typeof value === "bigint" ? String(value) : value,
        ),
      );
  return hash.digest("hex");
}

it("gives the same rows for the same seed, and others for another", () => {
  const once = fingerprint(generateSource({ seed: 7, scale: SCALE }));
  expect(fingerprint(generateSource({ seed: 7, scale: SCALE }))).toBe(once);
  expect(fingerprint(generateSource({ seed: 8, scale: SCALE }))).not.toBe(once);
});

it.each([0.01, 0.02, 0.05, 0.1])("has exactly the rows of its counts at scale %d", (scale) => {
  const counts = countsAt(scale);
  for (const seed of [1, 7]) {
    const source = generateSource({ seed, scale });
    for (const { table } of sourceTables)
      expect(rowsOf(source, table.name).length, table.name).toBe(counts.rows(table.name));
  }
});

it("asks at scale 1 for the rows of the schema", () => {
  const counts = countsAt(1);
  for (const { table, rows } of sourceTables)
    expect(counts.rows(table.name), table.name).toBe(rows);
});

it("makes rows that fit their tables, keys that are unique and references that are there", () => {
  const source = smallSource();
  const keys = new Map(
    sourceTables.map(({ table, key }) => [
      table.name,
      new Set(rowsOf(source, table.name).map((row) => row[key[0]!])),
    ]),
  );
  for (const { table, references, loose } of sourceTables) {
    const rows = rowsOf(source, table.name);
    expect(() => toBatch(table, rows as never), table.name).not.toThrow();
    expect(keys.get(table.name)!.size, table.name).toBe(rows.length);
    for (const [column, other] of Object.entries(references)) {
      if (loose.includes(column)) continue;
      const lost = rows.find((row) => row[column] != null && !keys.get(other)!.has(row[column]));
      expect(lost, `${table.name}.${column}`).toBeUndefined();
    }
  }
});

describe.each(["Sale", "Purchase"])("%s documents", (side) => {
  const source = smallSource();
  const documents = rowsOf(source, `${side}Document`);
  const lines = rowsOf(source, `${side}DocumentLine`);
  const vats = rowsOf(source, `${side}DocumentVat`);

  it("are the sum of their lines, to the cent", () => {
    const net = sumBy(lines, "documentId", (row) => cents(row["netAmountVatExcluded"]));
    const vat = sumBy(lines, "documentId", (row) => cents(row["vatAmount"]));
    const number = sumBy(lines, "documentId", () => 1);
    for (const document of documents) {
      const { id } = document;
      expect(net.get(id)).toBe(cents(document["amountVatExcluded"]));
      expect(vat.get(id)).toBe(cents(document["vatAmount"]));
      expect(number.get(id)).toBe(document["lineCount"]);
      expect(cents(document["amountVatIncluded"])).toBe(net.get(id)! + vat.get(id)!);
    }
  });

  it("have the rounded VAT of each rate", () => {
    const byRate = new Map<string, number>();
    for (const line of lines.filter(({ vatId }) => vatId !== null)) {
      const key = `${line["documentId"] as number} ${line["vatId"] as string}`;
      byRate.set(key, (byRate.get(key) ?? 0) + cents(line["netAmountVatExcluded"]));
    }
    expect(vats.length).toBe(byRate.size);
    for (const { documentId, vatId, baseAmount, vatAmount, vatRate } of vats) {
      expect(byRate.get(`${documentId as number} ${vatId as string}`)).toBe(cents(baseAmount));
      const exact = Math.abs(cents(baseAmount)) * Number(vatRate);
      expect(Math.abs(cents(vatAmount))).toBe(Math.floor((exact + 50) / 100));
    }
  });

  it("are paid by settlements that add up on both sides", () => {
    const allocations = rowsOf(source, `${side}SettlementCommitment`);
    const paid = sumBy(allocations, "commitmentId", (row) => cents(row["amount"]));
    const used = sumBy(allocations, "settlementId", (row) => cents(row["amount"]));
    const commitments = rowsOf(source, `${side}Commitment`);
    for (const { id, amount, paidAmount, state } of commitments) {
      expect(paid.get(id) ?? 0).toBe(cents(paidAmount));
      expect(state).toBe(
        cents(paidAmount) === cents(amount) ? "Paid" : cents(paidAmount) === 0 ? "Open" : "Partial",
      );
    }
    for (const settlement of rowsOf(source, `${side}Settlement`))
      expect(used.get(settlement["id"])).toBe(cents(settlement["amount"]));
    const due = sumBy(commitments, "documentId", (row) => cents(row["amount"]));
    for (const document of documents.filter(({ documentType }) => documentType === "Invoice"))
      expect(due.get(document["id"])).toBe(cents(document["amountVatIncluded"]));
  });

  it("come after the documents they were made from, of the same party", () => {
    const byId = new Map(documents.map((document) => [document["id"], document]));
    for (const document of documents) {
      const origin = byId.get(document["originDocumentId"]);
      if (!origin) continue;
      expect(origin["id"] as number).toBeLessThan(document["id"] as number);
      const party = side === "Sale" ? "customerId" : "supplierId";
      expect(origin[party]).toBe(document[party]);
    }
  });
});

it("keeps stock that is the sum of its movements and never below zero", () => {
  const source = smallSource();
  const balances = new Map<string, number>();
  for (const row of rowsOf(source, "StockMovement")) {
    const pair = `${row["itemId"] as string} ${row["storehouseId"] as string}`;
    balances.set(pair, (balances.get(pair) ?? 0) + Math.round(Number(row["quantity"]) * 1000));
    expect(balances.get(pair)).toBeGreaterThanOrEqual(0);
  }
  for (const row of rowsOf(source, "StockItem")) {
    const pair = `${row["itemId"] as string} ${row["storehouseId"] as string}`;
    expect(Math.round(Number(row["realStock"]) * 1000)).toBe(balances.get(pair) ?? 0);
  }
});

it("moves every stocked line once, by the quantity of the line", () => {
  const source = smallSource();
  for (const [table, column, sign] of [
    ["SaleDocumentLine", "saleDocumentLineId", -1],
    ["PurchaseDocumentLine", "purchaseDocumentLineId", 1],
    ["StockDocumentLine", "stockDocumentLineId", 1],
  ] as const) {
    const lines = new Map(rowsOf(source, table).map((row) => [row["id"], row]));
    const moves = rowsOf(source, "StockMovement").filter((row) => row[column] !== null);
    expect(new Set(moves.map((row) => row[column])).size).toBe(moves.length);
    for (const move of moves)
      expect(Number(move["quantity"])).toBe(sign * Number(lines.get(move[column])!["quantity"]));
  }
});

it("sums up in deals what is invoiced in their documents, in euro", () => {
  const source = smallSource();
  const documents = new Map(rowsOf(source, "SaleDocument").map((row) => [row["id"], row]));
  const sums = new Map<unknown, number>();
  for (const { dealId, documentId } of rowsOf(source, "DealSaleDocument")) {
    const document = documents.get(documentId)!;
    expect(document["dealId"]).toBe(dealId);
    if (!["Invoice", "CreditNote"].includes(document["documentType"] as string)) continue;
    const rate = Math.round(Number(document["currencyRate"]) * 1e6);
    const exact = (cents(document["amountVatExcluded"]) * rate) / 1e6;
    const euro = Math.sign(exact) * Math.round(Math.abs(exact));
    sums.set(dealId, (sums.get(dealId) ?? 0) + euro);
  }
  for (const { id, invoicedAmount } of rowsOf(source, "Deal"))
    expect(cents(invoicedAmount)).toBe(sums.get(id) ?? 0);
});
