import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { Summary } from "../src/summary.ts";
import { run, temporaryFolder } from "./support/job.ts";

const folder = temporaryFolder();

/** Runs the job on a file with that content. */
function runOn(name: string, content: string | Uint8Array, mapping?: object): Promise<Summary> {
  const place = mkdtempSync(join(folder, "case-"));
  const input = join(place, name);
  writeFileSync(input, content);
  const map = mapping && join(place, "mapping.json");
  if (map) writeFileSync(map, JSON.stringify(mapping));
  return run({ input, map, out: join(place, "out") });
}

describe("files as they are in the world", () => {
  it("with semicolons, decimal commas and groups of thousands", async () => {
    const summary = await runOn(
      "a.csv",
      "ID;Betrag;Currency;Datum\n1;1.234,50;EUR;01.02.2024\n2;-12,5;EUR;28.02.2024\n3;7;CHF;03.03.2024\n",
    );
    expect(summary).toMatchObject({ read: 3, loaded: 3, amounts: { EUR: "1222.00", CHF: "7.00" } });
    expect(summary.notes.join(" ")).toMatch(/Datum is read as dd\.MM\.yyyy/);
  });

  it("with quotes, line breaks in fields, blank lines, CRLF and a byte order mark", async () => {
    const text =
      '\ufeffid,description,amount,currency\r\n1,"two\r\nlines, and ""quotes""",1.10,EUR\r\n\r\n2,plain,2.20,EUR\r\n';
    expect(await runOn("a.csv", text)).toMatchObject({
      read: 2,
      loaded: 2,
      amounts: { EUR: "3.30" },
    });
  });

  it("in windows-1252, found out by itself", async () => {
    const summary = await runOn(
      "a.csv",
      Buffer.from("customer;amount\nM\xfcller;1,50\nJos\xe9;2,25\nM\xfcller;1,00\n", "latin1"),
    );
    expect(summary).toMatchObject({ read: 3, loaded: 3, users: 2, amounts: { XXX: "4.75" } });
    expect(summary.notes.join(" ")).toMatch(/no UTF-8; it is read as windows-1252/);
  });

  it("packed, as nested NDJSON, with numbers longer than a double and more columns than are used", async () => {
    const lines = [
      { transaction: { id: 1, amount: "RAW" }, customer: { id: 12 }, extra: [1, 2] },
      { transaction: { id: 2, amount: 0.1 }, customer: { id: 12 }, extra: null },
    ].map((record) => JSON.stringify(record).replace('"RAW"', "100000000000.25"));
    const mapping = {
      columns: {
        transaction_id: "transaction.id",
        amount: "transaction.amount",
        user_id: "customer.id",
      },
      constants: { currency: "EUR" },
    };
    const summary = await runOn("a.ndjson.gz", gzipSync(lines.join("\n")), mapping);
    expect(summary).toMatchObject({
      read: 2,
      loaded: 2,
      users: 1,
      amounts: { EUR: "100000000000.35" },
    });
  });

  it("packed with gzip or zstd, whatever they are called", async () => {
    expect(await runOn("a.csv", gzipSync("amount\n1\n"))).toMatchObject({ read: 1, loaded: 1 });
    expect(await runOn("b.csv.zst", zstdCompressSync("amount\n2\n"))).toMatchObject({
      read: 1,
      loaded: 1,
    });
  });

  it("with the same transaction more than once", async () => {
    const summary = await runOn("a.csv", "transaction_id,amount\na,1\nb,2\na,1\na,1\n");
    expect(summary).toMatchObject({
      read: 4,
      loaded: 2,
      dropped: 2,
      droppedBy: { duplicate: 2 },
      amounts: { XXX: "3.00" },
    });
  });

  it("with an id that repeats, as that of an order does: nothing is taken for a duplicate", async () => {
    const lines = Array.from({ length: 40 }, (_, k) => `${k >> 1},${k}.00,EUR`);
    const summary = await runOn("a.csv", `id,amount,currency\n${lines.join("\n")}\n`);
    expect(summary).toMatchObject({ read: 40, loaded: 40, dropped: 0, amounts: { EUR: "780.00" } });
    expect(summary.notes.join(" ")).toMatch(
      /id repeats, so it is not taken for the id of a transaction/,
    );
  });

  it("with a quantity that is no number: the records are loaded without it", async () => {
    const summary = await runOn("a.csv", "amount,quantity\n1,2 pcs\n2,3 pcs\n");
    expect(summary).toMatchObject({ read: 2, loaded: 2 });
    expect(summary.notes).toContain("quantity is left out: it is mostly no number.");
  });

  it("with negative and zero amounts, which are kept, and with more digits than cents", async () => {
    const summary = await runOn("a.csv", "amount,currency\n-5.005,EUR\n0,EUR\n0.000001,USD\n");
    expect(summary).toMatchObject({
      read: 3,
      loaded: 3,
      amounts: { EUR: "-5.005", USD: "0.000001" },
    });
  });

  it("with transactions that are all alike: none stands out", async () => {
    const lines = Array.from({ length: 300 }, () => "1.50,EUR");
    const summary = await runOn("a.csv", `amount,currency\n${lines.join("\n")}\n`);
    expect(summary).toMatchObject({ read: 300, loaded: 300, anomalies: 0 });
  });

  it("with blanks around the names of the header", async () => {
    const summary = await runOn("a.csv", "id, amount , currency\n1,5,EUR\n");
    expect(summary).toMatchObject({ read: 1, loaded: 1, amounts: { EUR: "5.00" } });
  });

  it("with amounts whose mark may part thousands or decimals: read with a point, and noted", async () => {
    const open = await runOn("a.csv", "id;amount\n1;1.234\n2;5.678\n");
    expect(open.amounts).toEqual({ XXX: "6.912" });
    expect(open.notes).toContain('Taken from the file: delimiter ";", decimal mark ".".');
    expect(open.notes).toContain(
      'amount: "1.234" is read as 1.234; say "csv": { "decimalSeparator": "," } in a mapping if it is 1234.',
    );
    const clear = await runOn("a.csv", "id;amount\n1;1.234,00\n2;5,50\n");
    expect(clear.amounts).toEqual({ XXX: "1239.50" });
    expect(clear.notes).toContain(
      'Taken from the file: delimiter ";", decimal mark ",", thousands mark ".".',
    );
    expect(clear.notes.join(" ")).not.toMatch(/if it is/);
    const given = await runOn("a.csv", "id;amount\n1;1.234\n2;5.678\n", {
      columns: { amount: "amount" },
      csv: { decimalSeparator: "," },
    });
    expect(given.amounts).toEqual({ XXX: "6912.00" });
    expect(given.notes).toContain('Taken from the file: delimiter ";".');
  });

  it("with amounts that one value settles, and with a comma that may be either", async () => {
    const settled = await runOn("a.csv", "id;amount\n1;1.234\n2;2.500\n3;980,00\n");
    expect(settled.amounts).toEqual({ XXX: "4714.00" });
    expect(settled.notes).toContain(
      'Taken from the file: delimiter ";", decimal mark ",", thousands mark ".".',
    );
    const open = await runOn("a.csv", 'id,amount\n1,"1,234"\n');
    expect(open.amounts).toEqual({ XXX: "1234.00" });
    expect(open.notes).toContain(
      'amount: "1,234" is read as 1234; say "csv": { "decimalSeparator": "," } in a mapping if it is 1.234.',
    );
  });

  it("with numbers of JSON, whose mark is known, next to text", async () => {
    const numbers = await runOn("a.ndjson", '{"amount":1.234}\n{"amount":2}\n');
    expect(numbers.amounts).toEqual({ XXX: "3.234" });
    expect(numbers.notes.join(" ")).not.toMatch(/Taken from the file|if it is/);
    const texts = await runOn("b.ndjson", '{"amount":"1.234"}\n{"amount":2}\n');
    expect(texts.notes.join(" ")).toMatch(/"1\.234" is read as 1\.234; say/);
  });

  it("with a constant date and number, and a mapping that begins with a byte order mark", async () => {
    const place = mkdtempSync(join(folder, "case-"));
    const [input, map, out] = ["a.csv", "map.json", "out"].map((name) => join(place, name));
    writeFileSync(input!, "amount\n1\n2\n");
    const mapping = {
      columns: { amount: "amount" },
      constants: { created_at: "05/02/2024", quantity: "2" },
      formats: { created_at: "dd/MM/yyyy" },
    };
    writeFileSync(map!, `\ufeff${JSON.stringify(mapping)}`);
    expect(await run({ input, map, out: out! })).toMatchObject({ read: 2, loaded: 2 });
    expect(readFileSync(join(out!, "report.html"), "utf8")).toContain("2024-02-05");
  });

  it("with a header only", async () => {
    const summary = await runOn("a.csv", "id,amount,currency\n");
    expect(summary).toMatchObject({
      read: 0,
      loaded: 0,
      quarantined: 0,
      dropped: 0,
      amounts: {},
      users: 0,
    });
    expect(summary.notes).toContain("The file has a header and no records.");
  });

  it("with dates in a format of their own, and text for nothing", async () => {
    const mapping = {
      columns: { amount: "sum", created_at: "when", user_id: "who" },
      formats: { created_at: "dd/MM/yyyy HH:mm" },
      nullValues: ["N/A"],
      csv: { delimiter: "|" },
    };
    const summary = await runOn(
      "a.csv",
      "sum|when|who\n1|31/12/2024 23:59|N/A\n2|01/02/2024 10:00|x\n3|13/13/2024 10:00|x\nN/A||y\n",
      mapping,
    );
    expect(summary).toMatchObject({
      read: 4,
      loaded: 2,
      quarantinedBy: { "invalid when": 1, "missing sum": 1 },
      users: 1,
    });
  });

  it("whose dates could be two things: the column is left out, with a note", async () => {
    const summary = await runOn("a.csv", "amount,date\n1,01/02/2024\n2,03/04/2024\n");
    expect(summary.notes.join(" ")).toMatch(
      /date is left out as created_at: "01\/02\/2024" may be dd\/MM\/yyyy or MM\/dd\/yyyy/,
    );
    expect(summary.loaded).toBe(2);
  });

  it("with a date that is none: in quarantine where nearly all are read, else the note names it", async () => {
    const dates = Array.from(
      { length: 20 },
      (_, k) => `1,2024-01-${String(k + 1).padStart(2, "0")}`,
    );
    const mostly = await runOn("a.csv", `amount,created_at\n1,soon\n${dates.join("\n")}\n`);
    expect(mostly).toMatchObject({ loaded: 20, quarantinedBy: { "invalid created_at": 1 } });
    const lines = `amount,created_at\n${dates.slice(0, 3).join("\n")}\n1,soon\n`;
    const partly = await runOn("a.csv", lines);
    expect(partly).toMatchObject({ loaded: 4, quarantined: 0 });
    expect(partly.notes).toContain(
      'created_at is left out: 3 of 4 are read as ISO 8601; "soon" is none. With "formats": { "created_at": "iso" } in a mapping it is kept, and what cannot be read is quarantined.',
    );
    const said = await runOn("a.csv", lines, {
      columns: { amount: "amount", created_at: "created_at" },
      formats: { created_at: "iso" },
    });
    expect(said).toMatchObject({ loaded: 3, quarantinedBy: { "invalid created_at": 1 } });
  });

  it("with markup in the data: the report shows it as text", async () => {
    const place = mkdtempSync(join(folder, "case-"));
    writeFileSync(
      join(place, "a.csv"),
      'payment_method,amount\n"<script>alert(1)</script>",1\n<img src=x onerror=y>,oops\n',
    );
    await run({ input: join(place, "a.csv"), out: join(place, "out") });
    const page = readFileSync(join(place, "out/report.html"), "utf8");
    expect(page).toContain("&lt;script&gt;");
    expect(page).not.toMatch(/<script|<img/);
  });
});

describe("broken records", () => {
  it("are quarantined with line, column and reason, and the rest is loaded", async () => {
    const csv =
      'id,amount,currency\n1,1.00,EUR\n2,1.00\n3,1.00,EUR,more\n4,abc,EUR\n5,,EUR\n6,1.00,EURO\n7,99999999999999,EUR\n8,0.0000001,EUR\n9,1.00,\n10,"open,EUR\n';
    const place = mkdtempSync(join(folder, "case-"));
    writeFileSync(join(place, "a.csv"), csv);
    const summary = await run({ input: join(place, "a.csv"), out: join(place, "out") });
    expect(summary).toMatchObject({
      read: 10,
      loaded: 1,
      quarantined: 9,
      quarantinedBy: {
        malformed: 3,
        "invalid amount": 3,
        "missing amount": 1,
        "unknown currency": 2,
      },
    });
    const page = readFileSync(join(place, "out/report.html"), "utf8");
    expect(page).toMatch(/column &quot;amount&quot;: &quot;abc&quot; is no amount/);
  });

  it("may be all there are", async () => {
    const summary = await runOn(
      "a.ndjson",
      Array.from({ length: 200 }, (_, k) => (k === 0 ? '{"amount":1}' : "nonsense")).join("\n"),
    );
    expect(summary).toMatchObject({
      read: 200,
      loaded: 1,
      quarantined: 199,
      quarantinedBy: { malformed: 199 },
    });
  });

  it("obey the rules of the mapping", async () => {
    const mapping = {
      columns: { amount: "amount", user_id: "user", currency: "currency" },
      rules: { minAmount: "0.01", maxAmount: "100", currencies: ["EUR"], required: ["user_id"] },
      blacklist: ["eve"],
    };
    const summary = await runOn(
      "a.csv",
      "amount,user,currency\n5,ann,EUR\n0,ann,EUR\n100.01,ann,EUR\n5,,EUR\n5,ann,USD\n5,eve,EUR\n",
      mapping,
    );
    expect(summary).toMatchObject({
      read: 6,
      loaded: 1,
      quarantinedBy: { "amount out of bounds": 2, "missing user_id": 1, "unknown currency": 1 },
      droppedBy: { blacklisted: 1 },
    });
  });
});
