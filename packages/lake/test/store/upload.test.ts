import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryStore, type Store } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";
import { Upload } from "../../src/store/upload.ts";
import { diskFull, faulty } from "../table/faults.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lakewright-upload-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const MIB = 2 ** 20;
const chunk = (k: number): Uint8Array => new Uint8Array(MIB).fill(k);

describe.each<[string, () => Store]>([
  ["memory", () => memoryStore()],
  ["a folder", () => localStore(folder)],
])("an upload to %s", (_, make) => {
  test.each([0, 1, 7, 8, 9, 30])(
    "of %i MiB arrives whole, and not before it is closed",
    async (size) => {
      const store = make();
      const upload = new Upload(store, `of-${size}`);
      for (let k = 0; k < size; k++) await upload.write([chunk(k)]);
      expect(await store.head(`of-${size}`)).toBeUndefined();
      expect(await upload.close()).toMatchObject({ path: `of-${size}`, size: size * MIB });
      const bytes = await store.get(`of-${size}`);
      for (let k = 0; k < size; k++) expect(bytes[k * MIB + 17]).toBe(k);
    },
  );

  test.each([1, 20])("of %i MiB that is given up leaves nothing", async (size) => {
    const store = make().at("given-up");
    const upload = new Upload(store, "x");
    for (let k = 0; k < size; k++) await upload.write([chunk(k)]);
    await upload.abort();
    expect(await store.head("x")).toBeUndefined();
  });
});

test("nothing of an upload that was given up stays in the folder", async () => {
  const root = join(folder, "clean");
  const upload = new Upload(localStore(root), "x");
  for (let k = 0; k < 20; k++) await upload.write([chunk(k)]);
  await upload.abort();
  expect(await readdir(root)).toEqual([]);
});

test("a store that fails ends the upload, whoever waits", async () => {
  const store = faulty(memoryStore(), {
    before: (_, path) => {
      throw diskFull(path);
    },
  });
  const upload = new Upload(store, "x");
  const write = async (): Promise<void> => {
    for (let k = 0; k < 50; k++) await upload.write([chunk(k)]);
    await upload.close();
  };
  await expect(write()).rejects.toMatchObject({ code: "LAKE_STORE_FULL" });
  await upload.abort();
});
