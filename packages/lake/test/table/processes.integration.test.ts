import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { seededRandom } from "@lakewright/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTable, openTable, type Store } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { ids, sales, upTo } from "./sales.ts";

let folder: string;
let store: Store;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-processes-"));
  store = localStore(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const script = join(import.meta.dirname, "appender.ts");

function appender(name: string, appends: number, rows: number): ChildProcess {
  const args = ["--conditions=@lakewright/source", script, folder, name];
  return spawn(process.execPath, [...args, String(appends), String(rows)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
}

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once("exit", resolve));

test("processes that append at the same time lose nothing and write nothing twice", async () => {
  await createTable(store, sales, { partitionBy: ["currency"], checkpointInterval: 5 });
  const children = upTo(4).map((k) => appender(`writer/${k}`, 12, 7));
  expect(await Promise.all(children.map(ended))).toEqual([0, 0, 0, 0]);
  const table = await openTable(store);
  expect(table.version).toBe(48n);
  expect(ids(await table.scan().rows())).toEqual(upTo(4 * 12 * 7));
  expect(await readdir(join(folder, "_delta_log"))).toContain("_last_checkpoint");
}, 60_000);

test("a process killed at any moment leaves whole commits, and goes on where it stopped", async () => {
  await createTable(store, sales, { partitionBy: ["currency"], checkpointInterval: 3 });
  const random = seededRandom(11);
  const rows = 40;
  for (let kill = 0; kill < 10; kill++) {
    const child = appender("writer/0", 400, rows);
    const exit = ended(child);
    // From the first commit on, so that the time falls into the work and not into the start of the process.
    await Promise.race([new Promise((resolve) => child.stdout!.once("data", resolve)), exit]);
    await new Promise((resolve) => setTimeout(resolve, random.next() * 120));
    child.kill("SIGKILL");
    await exit;
    const table = await openTable(store);
    const found = ids(await table.scan().rows());
    const commits = Number(table.transactions.get("writer/0")!) + 1;
    expect(found).toEqual(upTo(commits * rows));
    expect(table.version).toBe(BigInt(commits));
  }
}, 120_000);
