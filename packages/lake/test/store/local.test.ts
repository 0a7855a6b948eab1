import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { localError } from "../../src/store/local-errors.ts";
import { localStore } from "../../src/store/local.ts";
import { listed, storeContract } from "./contract.ts";

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await fs.mkdtemp(join(tmpdir(), "lakewright-store-"));
  folders.push(made);
  return made;
}
afterAll(async () => {
  for (const made of folders) await fs.rm(made, { recursive: true, force: true });
});

storeContract("localStore", async () => localStore(await folder()));

test("a file of a crashed write is no object", async () => {
  const root = await folder();
  const store = localStore(root);
  await store.put("a/x", Uint8Array.of(1));
  await fs.writeFile(join(root, "a", ".y.6f1c9f0e-0000-4000-8000-000000000000.tmp"), "part");
  expect(await listed(store, "")).toEqual(["a/x"]);
});

test("nothing is left beside an object that lost or won", async () => {
  const root = await folder();
  const store = localStore(root);
  await Promise.all([1, 2, 3].map((n) => store.putIfAbsent("l/0", Uint8Array.of(n))));
  expect(await fs.readdir(join(root, "l"))).toEqual(["0"]);
});

test("the checksum Hadoop keeps beside a file does not outlast what it is of", async () => {
  const root = await folder();
  const store = localStore(root);
  for (const name of ["x", "y"]) {
    await store.put(name, Uint8Array.of(1));
    await fs.writeFile(join(root, `.${name}.crc`), "crc of 1");
  }
  await store.put("x", Uint8Array.of(2));
  await store.delete("y");
  expect(await fs.readdir(root)).toEqual(["x"]);
});

test("a folder in the place of an object is named", async () => {
  const root = await folder();
  await fs.mkdir(join(root, "x"));
  const store = localStore(root);
  await expect(store.get("x")).rejects.toMatchObject({
    code: "LAKE_STORE_FAILED",
    details: { path: "x", errno: "EISDIR" },
  });
  expect(await store.head("x")).toBeUndefined();
});

test("a file in the place of a folder is named when writing", async () => {
  const root = await folder();
  const store = localStore(root);
  await store.put("x", Uint8Array.of(1));
  await expect(store.put("x/y", Uint8Array.of(1))).rejects.toMatchObject({
    code: "LAKE_STORE_FAILED",
  });
});

const isRoot = process.getuid?.() === 0;
test.skipIf(isRoot)(
  "a folder that cannot be written is named (skipped for root, who may)",
  async () => {
    const root = await folder();
    await fs.chmod(root, 0o555);
    await expect(localStore(root).put("x", Uint8Array.of(1))).rejects.toMatchObject({
      code: "LAKE_STORE_PERMISSION",
    });
  },
);

test.each([
  ["ENOSPC", "LAKE_STORE_FULL", true],
  ["EDQUOT", "LAKE_STORE_FULL", true],
  ["EACCES", "LAKE_STORE_PERMISSION", false],
  ["EROFS", "LAKE_STORE_PERMISSION", false],
  ["ENOENT", "LAKE_STORE_NOT_FOUND", false],
  ["EIO", "LAKE_STORE_FAILED", false],
])("%s becomes %s", (errno, code, retryable) => {
  const cause = Object.assign(new Error(`${errno}: it failed`), { code: errno, syscall: "write" });
  expect(localError("write", "./lake", "a/b", cause)).toMatchObject({
    code,
    retryable,
    cause,
    message: expect.stringContaining("a/b in ./lake"),
  });
});

test("an error of the data is not taken for one of the disk", () => {
  const error = Object.assign(new Error("bad row"), { code: "CORE_INVALID_VALUE" });
  expect(localError("write", "./lake", "a", error)).toBe(error);
});

test("finds absolute addresses inside the folder it was opened on", async () => {
  const root = await folder();
  const table = localStore(root).at("silver/orders");
  await localStore(root).put("bronze/a b.parquet", Uint8Array.of(7));
  for (const address of [`file://${root}/bronze/a%20b.parquet`, `${root}/bronze/a b.parquet`]) {
    const found = table.resolve!(address)!;
    expect(await found.store.get(found.path)).toEqual(Uint8Array.of(7));
  }
  expect(table.resolve!("/etc/passwd")).toBeUndefined();
  expect(table.resolve!("s3://bucket/x")).toBeUndefined();
});

test.each([
  ["", "the path is"],
  [undefined, "the path is undefined"],
  ["a\0b", "the path is"],
  ["s3://bucket/lake", "is an address"],
  ["file:///tmp/lake", "is an address"],
])("%j is refused instead of becoming a folder of that name", (path, says) => {
  expect(() => localStore(path as string)).toThrow(
    expect.objectContaining({
      code: "LAKE_INVALID_OPTION",
      message: expect.stringContaining(says) as string,
    }),
  );
});
