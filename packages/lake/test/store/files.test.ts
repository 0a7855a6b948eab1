import { expect, test } from "vitest";
import { filesStore, opfsStore } from "../../src/browser.ts";
import type { DroppedEntry } from "../../src/browser.ts";
import { createTable, memoryStore, openTable } from "../../src/index.ts";
import { ids, sales, someSales, upTo } from "../table/sales.ts";
import { listed } from "./contract.ts";

function file(path: string, content: string | Uint8Array<ArrayBuffer> = path): File {
  const made = new File([content], path.split("/").at(-1)!, { lastModified: 42 });
  Object.defineProperty(made, "webkitRelativePath", { value: path });
  return made;
}

/** What a browser gives for a dropped file or folder; folders tell two entries at a time. */
function dropped(path: string, below?: readonly DroppedEntry[]): DroppedEntry {
  const left = [...(below ?? [])];
  return {
    isFile: !below,
    isDirectory: below !== undefined,
    fullPath: `/${path}`,
    file: (done) => done(new File([path], path.split("/").at(-1)!)),
    createReader: () => ({ readEntries: (done) => done(left.splice(0, 2)) }),
  };
}

test("reads files, whole and by range, and lists them in order", async () => {
  const store = await filesStore([file("t/b/2"), file("t/a/1", "0123456789"), file("t/b/1")]);
  expect(store.location).toBe("files:t");
  expect(await listed(store, "")).toEqual(["a/1", "b/1", "b/2"]);
  expect(await listed(store, "b/", "b/1")).toEqual(["b/2"]);
  expect(await listed(store.at("b"), "")).toEqual(["1", "2"]);
  const text = async (from?: number, to?: number): Promise<string> =>
    new TextDecoder().decode(await store.get("a/1", { from, to }));
  expect([await text(), await text(2, 5), await text(8), await text(12)]).toEqual([
    "0123456789",
    "234",
    "89",
    "",
  ]);
  expect(await store.head("a/1")).toEqual({ path: "a/1", size: 10, modifiedMs: 42 });
  expect(await store.head("a/2")).toBeUndefined();
  await expect(store.get("a/2")).rejects.toMatchObject({ code: "LAKE_STORE_NOT_FOUND" });
  for (const call of [
    () => store.put("x", new Uint8Array()),
    () => store.putIfAbsent("x", new Uint8Array()),
    () => store.delete("a/1"),
  ]) {
    await expect(call()).rejects.toMatchObject({ code: "LAKE_STORE_PERMISSION" });
  }
});

test.each([
  [["orders/_delta_log/0.json", "orders/x.parquet"], "_delta_log/0.json"],
  [["_delta_log/0.json"], "_delta_log/0.json"],
  [["day=1/a.parquet", "day=1/b.parquet"], "day=1/a.parquet"],
  [["a/_delta_log/0.json", "b/_delta_log/0.json"], "a/_delta_log/0.json"],
])("of %j the first is %s", async (paths, first) => {
  const store = await filesStore(paths.map((path) => file(path)));
  expect((await listed(store, ""))[0]).toBe(first);
});

test("opens a table that was dropped as a folder", async () => {
  const memory = memoryStore();
  const table = await createTable(memory, sales, { partitionBy: ["currency"] });
  await table.append(someSales(10));
  const files: File[] = [];
  for await (const { path } of memory.list("")) {
    files.push(file(`orders/${path}`, (await memory.get(path)) as Uint8Array<ArrayBuffer>));
  }
  expect(ids(await (await openTable(await filesStore(files))).scan().rows())).toEqual(upTo(10));
});

test("follows dropped folders to their end, and takes the entries at once", async () => {
  const names = ["a", "b", "c", "d", "e"].map((name) => `t/in/${name}`);
  const folder = dropped("t", [
    dropped(
      "t/in",
      names.map((name) => dropped(name)),
    ),
    dropped("t/x"),
  ]);
  let emptied = false;
  const items = [{ kind: "file", webkitGetAsEntry: () => (emptied ? null : folder) }];
  const opening = filesStore(items);
  emptied = true;
  expect(await listed(await opening, "")).toEqual(["in/a", "in/b", "in/c", "in/d", "in/e", "x"]);
});

test("refuses what is no file", async () => {
  await expect(filesStore([{} as File])).rejects.toMatchObject({ code: "LAKE_INVALID_OPTION" });
});

test("opfsStore says that this is no browser", () => {
  expect(() => opfsStore()).toThrow(
    expect.objectContaining({
      code: "LAKE_INVALID_OPTION",
      hint: expect.stringContaining("localStore") as string,
    }),
  );
});
