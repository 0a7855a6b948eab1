import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";
import { convertToDelta, createTable, openTable, writeDataset } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { ids, sales, someSales, upTo } from "../table/sales.ts";

const engines = pythonEngines();
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-upkeep-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const script = join(import.meta.dirname, "peer.py");

const ask = (...args: readonly string[]): unknown => engines!.json(script, ...args);

interface Told {
  readonly version: number;
  readonly ids: readonly number[];
  readonly versions: Readonly<Record<string, readonly number[]>>;
}

const read = (path: string, ...versions: readonly number[]): Told =>
  ask("read", path, ...versions.map(String)) as Told;
const numbers = (values: readonly bigint[]): number[] => values.map(Number);

/** Without what a process that was killed had begun to write; readers pass it over. */
const complaints = (path: string): readonly string[] =>
  engines!.lint(path).filter((line) => !/^warn {2}leftover temp file /.test(line));

async function small(name: string, properties: Readonly<Record<string, string>> = {}) {
  const path = join(folder, name);
  const table = await createTable(localStore(path), sales, {
    partitionBy: ["currency"],
    properties,
  });
  for (let k = 0; k < 4; k++) await table.append(someSales(9, 9 * k));
  return { path, table };
}

test.runIf(engines)(
  "delta-rs reads what optimize, Z-order, vacuum and restore leave, and every version before",
  async () => {
    const { path, table } = await small("kept");
    await table.optimize();
    await table.append(someSales(9, 36));
    await table.optimize({ zOrderBy: ["amount", "at"] });
    await table.overwrite(someSales(2, 90));
    await table.restore({ version: 5n });
    const told = read(path, 0, 4, 5, 6, 7, 8);
    expect(told.ids).toEqual(numbers(upTo(36)));
    expect(told.versions).toMatchObject({
      0: [],
      4: told.ids,
      5: told.ids,
      6: numbers(upTo(45)),
      7: numbers(upTo(45)),
      8: [90, 91],
    });
    expect(complaints(path)).toEqual([]);
    await table.vacuum({ retainHours: 0, allowShortRetention: true });
    expect(read(path).ids).toEqual(numbers(upTo(36)));
    expect(complaints(path)).toEqual([]);
    expect((await table.verify({ depth: "data" })).findings).toEqual([]);
  },
);

test.runIf(engines)("in turn with delta-rs on one table", async () => {
  const { path, table } = await small("in-turn", { "delta.checkpointInterval": "3" });
  ask("optimize", path);
  await table.refresh();
  expect(table.files()).toHaveLength(3);
  await table.append(someSales(9, 36));
  await table.optimize();
  ask("optimize", path, "id");
  ask("restore", path, "4");
  await table.refresh();
  expect(ids(await table.scan().rows())).toEqual(upTo(36));
  ask("vacuum", path);
  ask("checkpoint", path);
  await table.refresh();
  expect(ids(await (await openTable(localStore(path))).scan().rows())).toEqual(upTo(36));
  expect((await table.verify({ depth: "data" })).findings).toEqual([]);
});

test.runIf(engines)("vacuum plans the files that delta-rs would remove", async () => {
  const { path, table } = await small("vacuumed");
  await table.optimize();
  await table.overwrite(someSales(3));
  await new Promise((resolve) => setTimeout(resolve, 20));
  const { files } = await table.planVacuum({ retainHours: 0, allowShortRetention: true });
  const theirs = (ask("dry-run", path, "0") as string[]).map((file) =>
    file.startsWith("/") ? relative(path, file) : file,
  );
  expect([...files].sort()).toEqual(theirs.map(decodeURIComponent).sort());
  expect(files).toHaveLength(15);
});

test.runIf(engines).each(["classic", "v2"])(
  "a %s checkpoint is all that delta-rs needs",
  async (policy) => {
    const { path, table } = await small(`checkpoint-${policy}`, {
      "delta.checkpoint.writeStatsAsStruct": "true",
      ...(policy === "v2" && { "delta.checkpointPolicy": "v2" }),
    });
    await table.overwrite(someSales(12));
    await table.checkpoint();
    for (let version = 0; version < 5; version++) {
      await rm(join(path, "_delta_log", `${String(version).padStart(20, "0")}.json`));
    }
    expect(read(path).ids).toEqual(numbers(upTo(12)));
    await table.append(someSales(3, 12));
    expect(read(path).ids).toEqual(numbers(upTo(15)));
    if (policy === "v2") return;
    const file = join(path, "_delta_log", `${"0".repeat(19)}5.checkpoint.parquet`);
    const schema = ask("schema", path, file) as Record<string, string>;
    expect(Object.keys(schema)).toEqual([
      "txn",
      "add",
      "remove",
      "metaData",
      "protocol",
      "domainMetadata",
    ]);
    expect(schema["add"]).toMatch(/stats_parsed: struct<numRecords: int64, minValues: struct</);
    expect(schema["add"]).toMatch(/partitionValues_parsed: struct<currency: string>/);
  },
);

test.runIf(engines)("a converted folder is a table for delta-rs", async () => {
  const path = join(folder, "converted");
  await writeDataset(localStore(path), sales, someSales(30), { partitionBy: ["currency"] });
  await convertToDelta(localStore(path));
  expect(read(path).ids).toEqual(numbers(upTo(30)));
  expect(complaints(path)).toEqual([]);
});

const worker = join(import.meta.dirname, "dying-worker.ts");

test.runIf(engines).each(["append", "checkpoint", "optimize"])(
  "processes killed while they %s leave a table that both read, with whole commits only",
  { timeout: 120_000 },
  async (what) => {
    const { path, table } = await small(`killed-${what}`, { "delta.checkpointInterval": "2" });
    for (let round = 0; round < 6; round++) {
      const flags = [
        "--conditions=@lakewright/source",
        worker,
        path,
        what,
        String(1000 * (round + 1)),
      ];
      const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
      await new Promise((resolve) => child.stdout.once("data", resolve));
      await new Promise((resolve) => setTimeout(resolve, 15 + 37 * round));
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
      await table.refresh();
      const found = ids(await table.scan().rows());
      expect(new Set(found).size).toBe(found.length);
      expect(found.filter((id) => id < 36n)).toEqual(upTo(36));
      // An append is ten rows.
      expect((found.length - 36) % 10).toBe(0);
      expect(read(path).ids).toEqual(numbers(found));
    }
    expect((await table.verify({ depth: "data" })).findings).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await table.vacuum({ retainHours: 0, allowShortRetention: true });
    const { files } = await table.planVacuum({ retainHours: 0, allowShortRetention: true });
    expect(files).toEqual([]);
    expect((await table.verify({ depth: "data" })).findings).toEqual([]);
    expect(complaints(path)).toEqual([]);
  },
);
