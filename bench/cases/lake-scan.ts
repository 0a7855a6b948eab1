/** A sum by group over a million rows: `scan` and the DuckDB bridge, against hyparquet, parquet-wasm and DuckDB itself. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { columnReader } from "@lakewright/core";
import { createTable } from "@lakewright/lake";
import { attachTable } from "@lakewright/lake/duckdb";
import { localStore } from "@lakewright/lake/node";
import { type Data, DataType, tableFromIPC } from "apache-arrow";
import { asyncBufferFromFile, parquetRead } from "hyparquet";
import { readParquet } from "parquet-wasm";
import { type CaseResult, compared, type Contender, interleave } from "../measure.ts";
import { makePayments, payments } from "../rows.ts";

const ROWS = 1_000_000;
const PART = 250_000;
const QUERIES = 10;
const MOST_TIMES = 1.1;
const folder = mkdtempSync(join(tmpdir(), "lakewright-bench-"));

type Sums = Map<string | null, number>;

/** Adds up the numbers of each text: by code where the text is a dictionary. */
function add(sums: Sums, text: Data, numbers: Int32Array): void {
  if (!DataType.isDictionary(text.type)) {
    const read = columnReader(text);
    for (let i = 0; i < numbers.length; i++) {
      const key = read(i) as string | null;
      sums.set(key, (sums.get(key) ?? 0) + numbers[i]!);
    }
    return;
  }
  const codes = text.values as Int32Array;
  const { nullBitmap, nullCount, offset } = text;
  const byCode = new Float64Array(text.dictionary!.length + 1);
  for (let i = 0; i < numbers.length; i++) {
    const k = offset + i;
    const isThere = nullCount === 0 || (nullBitmap[k >> 3]! & (1 << (k & 7))) !== 0;
    byCode[isThere ? codes[i]! + 1 : 0]! += numbers[i]!;
  }
  byCode.forEach((sum, code) => {
    if (sum === 0) return;
    const key = code === 0 ? null : (text.dictionary!.get(code - 1) as string);
    sums.set(key, (sums.get(key) ?? 0) + sum);
  });
}

try {
  const table = await createTable(localStore(folder), payments);
  // One file, as every peer reads it.
  const rows = makePayments(PART);
  await table.append(
    (async function* () {
      for (let k = 0; k < ROWS / PART; k++) yield* rows;
    })(),
  );
  const file = join(
    folder,
    readdirSync(folder).find((name) => name.endsWith(".parquet"))!,
  );
  const columns = ["country", "quantity"] as const;
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("SET threads = 1");
  await attachTable(connection, "bridge", table);

  let found: Sums = new Map();
  const scan = async (): Promise<void> => {
    found = new Map();
    for await (const batch of table.scan({ columns, dictionaries: true })) {
      const [country, quantity] = batch.data.children as [Data, Data];
      add(found, country, quantity.values as Int32Array);
    }
  };
  const hyparquet = async (): Promise<void> => {
    found = new Map();
    const countries: (string | null)[] = [];
    const quantities: number[] = [];
    await parquetRead({
      file: await asyncBufferFromFile(file),
      columns: [...columns],
      onChunk: ({ columnName, columnData, rowStart }) => {
        const into: unknown[] = columnName === "country" ? countries : quantities;
        for (let i = 0; i < columnData.length; i++) into[rowStart + i] = columnData[i];
      },
    });
    for (let i = 0; i < quantities.length; i++) {
      const key = countries[i] ?? null;
      found.set(key, (found.get(key) ?? 0) + quantities[i]!);
    }
  };
  const wasm = (): void => {
    found = new Map();
    const read = readParquet(readFileSync(file), { columns: [...columns] });
    for (const batch of tableFromIPC(read.intoIPCStream()).batches) {
      const [country, quantity] = columns.map((name) => batch.getChild(name)!.data[0]!);
      add(found, country!, quantity!.values as Int32Array);
    }
  };
  const sql = async (from: string): Promise<void> => {
    // One query is too short to be measured.
    for (let k = 0; k < QUERIES; k++) {
      const result = await connection.runAndReadAll(
        `SELECT country, sum(quantity)::DOUBLE FROM ${from} GROUP BY country`,
      );
      found = new Map(result.getRows() as [string | null, number][]);
    }
  };
  await sql(`read_parquet('${file}')`);
  const wanted = show(found);
  const contender = (name: string, run: () => unknown): Contender => ({
    name,
    run,
    check: async () => {
      if (show(found) !== wanted) throw new Error(`${name} found ${show(found).slice(0, 500)}.`);
      await Promise.resolve();
    },
  });
  const inJs = await interleave([
    contender("lakewright scan", scan),
    contender("hyparquet", hyparquet),
    contender("parquet-wasm", wasm),
  ]);
  const inDuckDB = await interleave([
    contender("lakewright DuckDB bridge", () => sql("bridge")),
    contender("DuckDB on the plain file", () => sql(`read_parquet('${file}')`)),
  ]);
  const result: CaseResult = {
    title: "A sum by group over a Delta table",
    work: `Sums of one of twelve columns by another, over ${ROWS.toLocaleString("en")} rows in one file, Snappy. DuckDB runs on one thread, ${QUERIES} queries a round, and tells what is right.`,
    columns: ["CPU ms", "wall ms", "rows a CPU second", "peer / ours"],
    rows: [
      ...compared(inJs, ROWS, { hyparquet: 1, "parquet-wasm": 1 }),
      ...compared(inDuckDB, QUERIES * ROWS, {}).map((row, k) => ({
        ...row,
        ...(k === 0 && {
          bar: `≤ ${MOST_TIMES} × DuckDB`,
          passed: inDuckDB[0]!.cpuMs <= MOST_TIMES * inDuckDB[1]!.cpuMs,
        }),
      })),
    ],
  };
  console.log(JSON.stringify(result));
} finally {
  rmSync(folder, { recursive: true });
}

function show(sums: Sums): string {
  return JSON.stringify(
    Array.from(sums, ([key, sum]) => `${key}=${sum}`).toSorted((a, b) => (a < b ? -1 : 1)),
  );
}
