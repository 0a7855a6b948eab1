/** NDJSON and CSV files to a Delta table on disk, against DuckDB (to plain Parquet) and pyarrow with delta-rs. */
import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { formatMicros } from "@lakewright/core";
import { createTable } from "@lakewright/lake";
import { fileBytes, localStore } from "@lakewright/lake/node";
import { readCsv, readNdjson, type TextBatches } from "@lakewright/lake/text";
import { DuckDBInstance } from "@duckdb/node-api";
import { PYTHON_LAUNCHER, pythonWithEngines } from "../../tools/services/python.ts";
import { type CaseResult, type Contender, interleave, type ResultRow } from "../measure.ts";
import { makePayments, payments } from "../rows.ts";

const ROWS = 1_000_000;

const [writeTo] = process.argv.slice(2);
if (writeTo === undefined) await compare();
else writeFiles(writeTo);

/** Decimals as bare numbers, instants as ISO 8601. */
function writeFiles(folder: string): void {
  const json = join(folder, "rows.ndjson");
  const csv = join(folder, "rows.csv");
  writeFileSync(json, "");
  writeFileSync(csv, `${payments.fields.map(({ name }) => name).join(",")}\n`);
  const rows = makePayments(ROWS);
  const bare = new Set(["quantity", "score", "amount", "fee", "is_refund", "sequence"]);
  for (let from = 0; from < ROWS; from += 10_000) {
    let lines = "";
    let records = "";
    for (const row of rows.slice(from, from + 10_000)) {
      const shown: Record<string, unknown> = {
        ...row,
        created_at: `${formatMicros(row.created_at)}Z`,
        settled_at: row.settled_at?.toISOString() ?? null,
      };
      const members = Object.entries(shown).map(([name, value]) => {
        const text = value === null || bare.has(name) ? String(value) : JSON.stringify(value);
        return `${JSON.stringify(name)}:${text}`;
      });
      lines += `{${members.join(",")}}\n`;
      records += `${Object.values(shown)
        .map((value) => (value === null ? "" : String(value)))
        .join(",")}\n`;
    }
    appendFileSync(json, lines);
    appendFileSync(csv, records);
  }
}

async function compare(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-bench-"));
  const json = join(folder, "rows.ndjson");
  const csv = join(folder, "rows.csv");
  try {
    // In a process of its own: a heap that has held a million objects is slower afterwards.
    const flags = ["--conditions=@lakewright/source", "--max-old-space-size=4096"];
    const made = spawnSync(process.execPath, [...flags, import.meta.filename, folder]);
    if (made.status !== 0) throw new Error(String(made.stderr));
    const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
    await duckdb.run("SET TimeZone = 'UTC'");
    await duckdb.run("SET enable_external_file_cache = false");
    const run = async (sql: string): Promise<string> =>
      String((await duckdb.runAndReadAll(sql)).getRows()[0]);
    const source = `read_json('${json}', format = 'newline_delimited', columns = {payment_id: 'VARCHAR',
      user_id: 'VARCHAR', currency: 'VARCHAR', country: 'VARCHAR', quantity: 'INTEGER', score: 'DOUBLE',
      amount: 'DECIMAL(12, 2)', fee: 'DECIMAL(18, 4)', created_at: 'TIMESTAMPTZ', settled_at: 'TIMESTAMPTZ',
      is_refund: 'BOOLEAN', sequence: 'BIGINT'})`;
    const digest = (from: string): Promise<string> =>
      run(`SELECT count(*), sum(hash(payment_id, user_id, currency, country, quantity, score, amount, fee,
        epoch_us(created_at), epoch_us(settled_at), is_refund, sequence)) FROM ${from}`);
    const wanted = await digest(source);
    const checked = (name: string, files: string, work: () => Promise<unknown>): Contender => {
      let known = false;
      return {
        name,
        run: work,
        async check() {
          // Once: it takes as long as the work.
          if (known) return;
          const found = await digest(`read_parquet('${files}')`);
          if (found !== wanted) throw new Error(`${name} wrote ${found} in place of ${wanted}.`);
          known = true;
        },
      };
    };
    const toDelta = (name: string, batches: () => TextBatches): Contender => {
      const root = join(folder, name.replace(/\W+/g, "-"));
      return checked(name, `${root}/table/*.parquet`, async () => {
        rmSync(root, { recursive: true, force: true });
        const table = await createTable(localStore(root).at("table"), payments);
        await table.append(batches());
        await table.close();
      });
    };
    const parquet = join(folder, "duckdb.parquet");
    const measured = await interleave([
      toDelta("NDJSON → Delta, lakewright", () => readNdjson(fileBytes(json), payments)),
      checked("NDJSON → plain Parquet, DuckDB", parquet, () =>
        run(`COPY (SELECT * FROM ${source}) TO '${parquet}' (FORMAT parquet, COMPRESSION snappy)`),
      ),
      toDelta("CSV → Delta, lakewright", () => readCsv(fileBytes(csv), payments)),
    ]);
    duckdb.closeSync();
    const size = (name: string): number => statSync(name.startsWith("CSV") ? csv : json).size;
    const figures = [
      ...measured.map(({ name, cpuMs, wallMs }) => ({ name, cpuMs, wallMs })),
      ...withDeltaRs(folder),
    ];
    const cpuOf = (name: string): number | undefined =>
      figures.find((figure) => figure.name === name)?.cpuMs;
    const bars: Readonly<Record<string, string>> = {
      "NDJSON → Delta, lakewright": "NDJSON → plain Parquet, DuckDB",
      "CSV → Delta, lakewright": "CSV → Delta, pyarrow and delta-rs",
    };
    const rows = figures.map(({ name, cpuMs, wallMs }): ResultRow => {
      const peer = bars[name] === undefined ? undefined : cpuOf(bars[name]);
      return {
        name,
        cells: [
          cpuMs.toFixed(0),
          wallMs.toFixed(0),
          (size(name) / 1000 / cpuMs).toFixed(0),
          peer === undefined ? "" : `${(peer / cpuMs).toFixed(2)} ×`,
        ],
        ...(peer !== undefined && { bar: "≥ 1 ×", passed: peer >= cpuMs }),
      };
    });
    const result: CaseResult = {
      title: "Text files to a Delta table",
      work: `${ROWS.toLocaleString("en")} payments of 12 columns as NDJSON (${(statSync(json).size / 1e6).toFixed(0)} MB) and CSV (${(statSync(csv).size / 1e6).toFixed(0)} MB) on disk to Snappy Parquet. DuckDB compares what was written with what it reads itself. The Python engines are processes of their own, their start left out.`,
      columns: ["CPU ms", "wall ms", "MB a CPU second", "peer / ours"],
      rows,
    };
    console.log(JSON.stringify(result));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withDeltaRs(
  folder: string,
): { readonly name: string; readonly cpuMs: number; readonly wallMs: number }[] {
  let python: string;
  try {
    python = pythonWithEngines();
  } catch (error) {
    console.error(`Left out pyarrow and delta-rs: ${(error as Error).message}`);
    return [];
  }
  return ["json", "csv"].map((format) => {
    const script = join(import.meta.dirname, "lake-ndjson.py");
    const done = spawnSync(python, [PYTHON_LAUNCHER, script, folder, format], { encoding: "utf8" });
    if (done.status !== 0) throw new Error(done.stderr);
    const { cpuMs, wallMs } = JSON.parse(done.stdout) as { cpuMs: number; wallMs: number };
    const source = format === "json" ? "NDJSON" : "CSV";
    return { name: `${source} → Delta, pyarrow and delta-rs`, cpuMs, wallMs };
  });
}
