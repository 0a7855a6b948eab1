import { decimal, defineTable, int64, nullable, oneOf, timestamp, utf8 } from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { createTable, memoryStore } from "../../src/index.ts";
import { readCsv, readNdjson } from "../../src/text.ts";
import { utf8Bytes } from "./reading.ts";

const sales = defineTable("sales", {
  id: int64(),
  amount: nullable(decimal(12, 2)),
  note: nullable(utf8()),
  currency: nullable(oneOf(["EUR", "USD"])),
  at: nullable(timestamp("us")),
});

describe("text files and Delta tables", () => {
  it("appends NDJSON as it is read, and nothing of a file with a bad line", async () => {
    const lines = Array.from(
      { length: 3000 },
      (_, i) => `{"id":${i},"amount":${i}.25,"note":"n${i % 7}","at":"2026-11-21T10:00:00Z"}`,
    );
    const table = await createTable(memoryStore().at("sales"), sales);
    const input = new Blob([lines.join("\n")]).stream() as ReadableStream<Uint8Array>;
    const batches = readNdjson(input, sales, { batchRows: 700 });
    expect(await table.append(batches)).toMatchObject({ rows: 3000 });
    const rows = await table.scan({ columns: ["id", "note"] }).rows();
    expect(rows).toEqual(
      Array.from({ length: 3000 }, (_, i) => ({ id: BigInt(i), note: `n${i % 7}` })),
    );
    const bad = readNdjson(utf8Bytes('{"id":1}\n{"id":"x"}'), sales);
    await expect(table.append(bad)).rejects.toThrow("Line 2");
    expect(table.version).toBe(1n);
  });

  it("appends CSV as it is read", async () => {
    const table = await createTable(memoryStore().at("sales"), sales, {
      partitionBy: ["currency"],
    });
    const text = "id;currency;amount\n1;EUR;1.234,50\n2;;\n3;USD;-0,01\n";
    const options = { separator: ";", decimalSeparator: ",", thousandsSeparator: "." } as const;
    expect(await table.append(readCsv(utf8Bytes(text), sales, options))).toMatchObject({ rows: 3 });
    const rows = await table.scan({ columns: ["id", "currency", "amount"] }).rows();
    expect(rows.map((row) => [row.id, row.currency, row.amount?.toString()]).sort()).toEqual([
      [1n, "EUR", "1234.50"],
      [2n, null, undefined],
      [3n, "USD", "-0.01"],
    ]);
  });
});
