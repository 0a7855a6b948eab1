import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTable, eq, httpStore, openTable, type Store } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { ids, sales, someSales, upTo } from "../table/sales.ts";
import { type FileServer, type FileServerOptions, startFileServer } from "./file-server.ts";

let folder: string;
const servers: FileServer[] = [];
async function serve(options?: FileServerOptions, root = folder): Promise<FileServer> {
  const server = await startFileServer(root, options);
  servers.push(server);
  return server;
}
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-http-"));
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test.each([{}, { ranges: false }, { head: false }, { head: false, ranges: false }])(
  "reads whole objects and ranges of a server with %j",
  async (options) => {
    await localStore(folder).put("a b/x%20+.bin", new TextEncoder().encode("0123456789"));
    const store = httpStore((await serve(options)).url, { retryDelayMs: 1 }).at("a b");
    const text = async (from?: number, to?: number): Promise<string> =>
      new TextDecoder().decode(await store.get("x%20+.bin", { from, to }));
    expect(await text()).toBe("0123456789");
    expect(await text(2, 5)).toBe("234");
    expect(await text(7, 99)).toBe("789");
    expect(await text(12)).toBe("");
    expect(await text(3, 3)).toBe("");
    const local = await localStore(folder).head("a b/x%20+.bin");
    const found = await store.head("x%20+.bin");
    expect(found).toMatchObject({ path: "x%20+.bin", size: 10 });
    expect(found!.modifiedMs).toBe(Math.floor(local!.modifiedMs / 1000) * 1000);
    expect(await store.head("missing")).toBeUndefined();
    await expect(store.get("missing")).rejects.toMatchObject({
      code: "LAKE_STORE_NOT_FOUND",
      details: { path: "missing", status: 404 },
    });
  },
);

test("an object too large to be read whole is refused where the server ignores ranges", async () => {
  await localStore(folder).put("large", new Uint8Array(100_000));
  const { url } = await serve({ ranges: false });
  await expect(
    httpStore(url, { maxWholeBytes: 1000 }).get("large", { from: 0, to: 10 }),
  ).rejects.toMatchObject({
    code: "LAKE_STORE_FAILED",
    message: expect.stringContaining("ignores ranges") as string,
  });
});

test("sends the headers given, and only reads", async () => {
  const seen: string[] = [];
  const store = httpStore("https://example.com/lake/", {
    headers: { authorization: "Bearer x" },
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers as Record<string, string>);
      seen.push(`${String(input)} ${headers.get("authorization")}`);
      return new Response("1");
    },
  });
  await store.at("t").get("x");
  expect(seen).toEqual(["https://example.com/lake/t/x Bearer x"]);
  expect(store.capabilities).toEqual({ write: false, putIfAbsent: false, list: false });
  for (const call of [
    () => store.put("x", new Uint8Array()),
    () => store.putIfAbsent("x", new Uint8Array()),
    () => store.delete("x"),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: "LAKE_STORE_PERMISSION" });
  }
  await expect(Array.fromAsync(store.list("data/"))).rejects.toMatchObject({
    code: "LAKE_STORE_FAILED",
  });
});

test.each([["ftp://x"], ["/relative"], ["https://x/?q=1"]])("refuses the address %s", (url) => {
  expect(() => httpStore(url)).toThrow(expect.objectContaining({ code: "LAKE_INVALID_OPTION" }));
});

describe("a table behind a web server", () => {
  const rows = async (store: Store, version?: bigint): Promise<bigint[]> => {
    const table = await openTable(store, version === undefined ? {} : { asOf: { version } });
    return ids(await table.scan().rows());
  };

  test.each([
    ["without a checkpoint", 1000],
    ["with checkpoints", 10],
  ])("is opened %s, at any version, and follows new commits", async (name, checkpointInterval) => {
    const local = localStore(folder).at(name);
    const writer = await createTable(local, sales, { checkpointInterval });
    for (let k = 0; k < 27; k++) await writer.append(someSales(2, 2 * k));
    const server = await serve({ fallback: true });
    const store = httpStore(server.url).at(name);
    const reader = await openTable(store);
    expect(reader.version).toBe(27n);
    expect(ids(await reader.scan().rows())).toEqual(upTo(54));
    expect(await rows(store, 5n)).toEqual(upTo(10));
    await writer.append(someSales(2, 54));
    await reader.refresh();
    expect(ids(await reader.scan().rows())).toEqual(upTo(56));
    expect((await reader.history()).length).toBe(29);
  });

  test("is opened after its log was cleaned up to a checkpoint", async () => {
    const local = localStore(folder).at("cleaned");
    const writer = await createTable(local, sales, { checkpointInterval: 10 });
    for (let k = 0; k < 23; k++) await writer.append(someSales(1, k));
    for (let version = 0; version < 17; version++) {
      await local.delete(`_delta_log/${String(version).padStart(20, "0")}.json`);
    }
    const store = httpStore((await serve()).url).at("cleaned");
    expect(await rows(store)).toEqual(upTo(23));
    expect(await rows(store, 21n)).toEqual(upTo(21));
    await expect(rows(store, 15n)).rejects.toMatchObject({ code: "LAKE_VERSION_NOT_FOUND" });
  });

  test("a scan asks for the files it needs", async () => {
    const local = localStore(folder).at("pruned");
    const writer = await createTable(local, sales);
    for (let k = 0; k < 4; k++) await writer.append(someSales(20_000, 20_000 * k));
    const server = await serve();
    const table = await openTable(httpStore(server.url).at("pruned"));
    const before = server.log.length;
    const found = await table.scan({ columns: ["id"], where: eq("id", 70_000n) }).rows();
    expect(found).toEqual([{ id: 70_000n }]);
    const read = server.log.slice(before).map((line) => Number(line.split(" ").at(-1)));
    const stored = (await Promise.all(
      (await readdir(join(folder, "pruned")))
        .filter((name) => name.endsWith(".parquet"))
        .map(async (name) => (await readFile(join(folder, "pruned", name))).length),
    )) as number[];
    const total = stored.reduce((sum, size) => sum + size, 0);
    expect(read.reduce((sum, size) => sum + size, 0)).toBeLessThan(total / 3);
  });

  test("there is none where the server has no log", async () => {
    for (const fallback of [false, true]) {
      const store = httpStore((await serve({ fallback })).url).at("nothing");
      await expect(openTable(store)).rejects.toMatchObject({ code: "LAKE_TABLE_NOT_FOUND" });
    }
  });

  test("a server that says 403 of what is missing is understood, one that says it of all is not", async () => {
    const local = localStore(folder).at("forbidding");
    const writer = await createTable(local, sales);
    await writer.append(someSales(3));
    const { url } = await serve();
    const forbid =
      (all: boolean): typeof fetch =>
      async (input, init) => {
        const answer = await fetch(input, init);
        return all || answer.status === 404 ? new Response(null, { status: 403 }) : answer;
      };
    expect(await rows(httpStore(url, { fetch: forbid(false) }).at("forbidding"))).toEqual(upTo(3));
    await expect(rows(httpStore(url, { fetch: forbid(true) }).at("t"))).rejects.toMatchObject({
      code: "LAKE_STORE_PERMISSION",
      details: { status: 403 },
    });
  });

  test("cannot be written to", async () => {
    const local = localStore(folder).at("read-only");
    await createTable(local, sales);
    const store = httpStore((await serve()).url);
    const table = await openTable(store.at("read-only"));
    await expect(table.append(someSales(1))).rejects.toMatchObject({
      code: "LAKE_STORE_PERMISSION",
      message: expect.stringContaining("only reads") as string,
    });
    await expect(createTable(store.at("new"), sales)).rejects.toMatchObject({
      code: "LAKE_STORE_PERMISSION",
    });
  });

  test("a hint that makes no sense is passed over", async () => {
    const local = localStore(folder).at("hint");
    const writer = await createTable(local, sales);
    await writer.append(someSales(3));
    for (const hint of ["{", '{"version":-1}', '{"version":99}', '{"version":1,"parts":2}']) {
      await writeFile(join(folder, "hint/_delta_log/_last_checkpoint"), hint);
      expect(await rows(httpStore((await serve()).url).at("hint")), hint).toEqual(upTo(3));
    }
  });
});

const corpus = resolve("../shared/data/delta/tables");
const present = existsSync(corpus);
if (!present) console.warn(`Tables of other writers are not read over HTTP: no ${corpus}.`);

test.runIf(present)(
  "tables of other writers are the same over HTTP",
  { timeout: 120_000 },
  async () => {
    const server = await serve({}, corpus);
    let compared = 0;
    for (const name of await readdir(corpus)) {
      const text = await readFile(join(corpus, name, "expected.json"), "utf8");
      const { category, latest } = JSON.parse(text) as {
        category: string;
        latest?: { numRows: number };
      };
      if (category !== "read" || !latest || latest.numRows > 1000) continue;
      const open = async (store: Store): Promise<unknown> => {
        try {
          const table = await openTable(store);
          const found = await table.scan().rows();
          return [table.version, found.length];
        } catch (error) {
          return (error as { code?: unknown }).code;
        }
      };
      const local = await open(localStore(join(corpus, name, "delta")));
      expect(await open(httpStore(server.url).at(`${name}/delta`)), name).toEqual(local);
      compared++;
    }
    expect(compared).toBeGreaterThan(80);
  },
);
