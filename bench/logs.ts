import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "@lakewright/core";

const schemaString = JSON.stringify({
  type: "struct",
  fields: [
    { name: "id", type: "long", nullable: true, metadata: {} },
    { name: "amount", type: "decimal(12,2)", nullable: true, metadata: {} },
    { name: "note", type: "string", nullable: true, metadata: {} },
    { name: "day", type: "date", nullable: true, metadata: {} },
  ],
});

/** Lines that begin a table without features, as delta-rs and Spark write them. */
const head = [
  JSON.stringify({ commitInfo: { timestamp: 1_767_225_600_000, operation: "CREATE TABLE" } }),
  JSON.stringify({ protocol: { minReaderVersion: 1, minWriterVersion: 2 } }),
  JSON.stringify({
    metaData: {
      id: "5c1f0d5e-6f5b-4a8e-9f2f-2a5a1d0b7c11",
      name: null,
      description: null,
      format: { provider: "parquet", options: {} },
      schemaString,
      partitionColumns: ["day"],
      createdTime: 1_767_225_600_000,
      configuration: {},
    },
  }),
];

/** Writes a log of adds without their data files, the same every time. */
export function writeLog(folder: string, commits: number, addsOfCommit: number): void {
  const log = join(folder, "_delta_log");
  mkdirSync(log, { recursive: true });
  const random = seededRandom(4);
  let file = 0;
  for (let version = 0; version < commits; version++) {
    const lines =
      version === 0
        ? [...head]
        : [JSON.stringify({ commitInfo: { timestamp: 1_767_225_600_000 + version } })];
    for (let k = 0; k < addsOfCommit; k++) lines.push(add(file++, random.next()));
    const name = `${String(version).padStart(20, "0")}.json`;
    writeFileSync(join(log, name), lines.map((line) => `${line}\n`).join(""));
  }
}

function add(file: number, share: number): string {
  const day = new Date(Date.UTC(2020, 0, 1 + (file % 365))).toISOString().slice(0, 10);
  const hex = Math.floor(share * 2 ** 48)
    .toString(16)
    .padStart(12, "0");
  const path = `day=${day}/part-${String(file % 100_000).padStart(5, "0")}-8c1e4f0a-4a4f-4c53-9b8e-${hex}-c000.snappy.parquet`;
  const stats = JSON.stringify({
    numRecords: 1000,
    minValues: { id: file * 1000, amount: 0.01, note: "a note of some length" },
    maxValues: { id: file * 1000 + 999, amount: 99_999.99, note: "zero is the last of them" },
    nullCount: { id: 0, amount: 3, note: 17 },
  });
  return JSON.stringify({
    add: {
      path,
      partitionValues: { day },
      size: 34_567 + (file % 1000),
      modificationTime: 1_767_225_600_000 + file,
      dataChange: true,
      stats,
      tags: null,
      deletionVector: null,
      baseRowId: null,
      defaultRowCommitVersion: null,
      clusteringProvider: null,
    },
  });
}
