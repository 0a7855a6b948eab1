/** Objects to a Delta commit, against nodejs-polars, polars and delta-rs in Python. */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTable } from "@lakewright/lake";
import { localStore } from "@lakewright/lake/node";
import { DuckDBInstance } from "@duckdb/node-api";
import { pythonWithPeers } from "../../tools/services/python.ts";
import {
  type CaseResult,
  compared,
  type Contender,
  interleave,
  type ResultRow,
} from "../measure.ts";
import { polarsFrame } from "../polars-frame.ts";
import { makePayments, payments } from "../rows.ts";

const ROWS = 100_000;
const PEER_ROUNDS = 5;
const MOST_TIMES = 1.1;
const MOST_CPU_MS = 150;
const rows = makePayments(ROWS);
const folder = mkdtempSync(join(tmpdir(), "lakewright-bench-"));

interface Peer {
  readonly cpuMs: number;
  readonly bytes: number;
}

let round = 0;
const tableOf = (k: number): string => join(folder, `ours${k}`);
async function lakewright(): Promise<void> {
  const table = await createTable(localStore(tableOf(++round)), payments, { codec: "snappy" });
  await table.append(rows);
}

const polarsFile = join(folder, "polars.parquet");
const fileOf = (path: string): string =>
  join(
    path,
    readdirSync(path).find((name) => name.endsWith(".parquet"))!,
  );

const duckdb = await (await DuckDBInstance.create(":memory:")).connect();
await duckdb.run("SET enable_external_file_cache = false");
const digest = async (file: string, instants: string): Promise<string> => {
  const sql = `SELECT count(*), sum(hash(payment_id, user_id, currency, country, quantity, score, amount, fee,
    ${instants}, is_refund, sequence)) FROM read_parquet('${file}')`;
  return String((await duckdb.runAndReadAll(sql)).getRows()[0]);
};
const instants = "epoch_us(created_at), epoch_ms(settled_at)";
polarsFrame(rows).writeParquet(polarsFile, { compression: "snappy" });
const wanted = await digest(polarsFile, instants);
const contender = (name: string, run: () => unknown, file: () => string): Contender => ({
  name,
  run,
  async check() {
    const found = await digest(file(), instants);
    if (found !== wanted) throw new Error(`${name} wrote ${found} in place of ${wanted}.`);
  },
});

try {
  const measurements = await interleave([
    contender("lakewright, a Delta commit", lakewright, () => fileOf(tableOf(round))),
    contender(
      "nodejs-polars, a Parquet file",
      () => polarsFrame(rows).writeParquet(polarsFile, { compression: "snappy" }),
      () => polarsFile,
    ),
  ]);
  const json = join(folder, "rows.json");
  const text = rows.map((row) =>
    JSON.stringify(
      { ...row, settled_at: row.settled_at?.getTime() ?? null },
      (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value),
    ),
  );
  writeFileSync(json, text.join("\n"));
  const script = join(import.meta.dirname, "../lake/peers.py");
  const done = spawnSync(pythonWithPeers(), [script, "write", json, folder, String(PEER_ROUNDS)], {
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(done.stderr);
  const peers = JSON.parse(done.stdout.trim().split("\n").at(-1)!) as Record<string, Peer>;

  const ours = measurements[0]!;
  const size = statSync(fileOf(tableOf(round))).size;
  const sizes = [statSync(polarsFile).size, ...Object.values(peers).map((peer) => peer.bytes)];
  const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(2);
  const [first, ...others] = compared(
    measurements,
    ROWS,
    { "nodejs-polars, a Parquet file": 1 },
    (name) => [megabytes(name.startsWith("lakewright") ? size : statSync(polarsFile).size)],
  );
  const inPython = Object.entries(peers).map(([name, { cpuMs, bytes }]): ResultRow => {
    const isReady = name.includes("ready");
    return {
      name,
      cells: [
        cpuMs.toFixed(0),
        "",
        Math.round(ROWS / (cpuMs / 1000)).toLocaleString("en"),
        megabytes(bytes),
        `${(cpuMs / ours.cpuMs).toFixed(2)} ×`,
      ],
      ...(!isReady && { bar: "≥ 1 ×", passed: cpuMs >= ours.cpuMs }),
    };
  });
  const smallest = Math.min(...sizes);
  const result: CaseResult = {
    title: "Rows to a Delta commit",
    work: `${ROWS.toLocaleString("en")} objects of twelve columns, with nulls and decimals, to a table on disk, Snappy. Peers in Python start from dicts of ready values, and one from a ready table, for comparison. After every round DuckDB compares the file.`,
    columns: ["CPU ms", "wall ms", "rows a CPU second", "MB", "peer / ours"],
    rows: [
      { ...first!, bar: `≤ ${MOST_CPU_MS} ms`, passed: ours.cpuMs <= MOST_CPU_MS },
      ...others,
      ...inPython,
      {
        name: "size of the file to the smallest of the peers",
        cells: ["", "", "", `${(size / smallest).toFixed(2)} ×`, ""],
        bar: `≤ ${MOST_TIMES} ×`,
        passed: size <= MOST_TIMES * smallest,
      },
    ],
  };
  console.log(JSON.stringify(result));
} finally {
  duckdb.closeSync();
  rmSync(folder, { recursive: true });
}
