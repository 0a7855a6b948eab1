import { describe, expect, test } from "vitest";
import fc from "fast-check";
import type { ObjectInfo, Store } from "../../src/store/store.ts";

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export async function listed(store: Store, prefix: string, after?: string): Promise<string[]> {
  const paths: string[] = [];
  for await (const info of store.list(prefix, { after })) paths.push(info.path);
  return paths;
}

/**
 * What every store must do. `clockMs`: how far the time a put tells may be off the one the store keeps, where it only tells
 * its own clock.
 */
export function storeContract(name: string, create: () => Promise<Store>, clockMs = 0): void {
  const expectSame = (found: ObjectInfo | undefined, expected: ObjectInfo): void => {
    expect({ ...found, modifiedMs: 0 }).toEqual({ ...expected, modifiedMs: 0 });
    expect(Math.abs(found!.modifiedMs - expected.modifiedMs)).toBeLessThanOrEqual(clockMs);
  };
  describe(`${name}: the store contract`, () => {
    test("gives back what was put, whole and by range", async () => {
      const store = await create();
      const info = await store.put("a/b.bin", text("0123456789"));
      expect(info).toMatchObject({ path: "a/b.bin", size: 10 });
      expect(await store.get("a/b.bin")).toEqual(text("0123456789"));
      expect(await store.get("a/b.bin", { from: 2, to: 5 })).toEqual(text("234"));
      expect(await store.get("a/b.bin", { from: 7 })).toEqual(text("789"));
      expect(await store.get("a/b.bin", { from: 7, to: 99 })).toEqual(text("789"));
      expect(await store.get("a/b.bin", { from: 12 })).toEqual(text(""));
      expect(await store.get("a/b.bin", { from: 4, to: 4 })).toEqual(text(""));
      expectSame(await store.head("a/b.bin"), info);
    });

    test("writes a stream of chunks as one object", async () => {
      const store = await create();
      async function* chunks(): AsyncGenerator<Uint8Array> {
        yield text("ab");
        yield text("");
        yield text("c");
      }
      expect((await store.put("x", chunks())).size).toBe(3);
      expect(await store.get("x")).toEqual(text("abc"));
    });

    test("a stream that fails leaves the object that was there, and nothing else", async () => {
      const store = await create();
      await store.put("d/x", text("old"));
      async function* broken(): AsyncGenerator<Uint8Array> {
        yield text("new");
        throw new RangeError("source broke");
      }
      await expect(store.put("d/x", broken())).rejects.toThrow(RangeError);
      expect(await store.get("d/x")).toEqual(text("old"));
      expect(await listed(store, "")).toEqual(["d/x"]);
    });

    test("putIfAbsent writes once", async () => {
      const store = await create();
      expect(await store.putIfAbsent("log/0", text("first"))).toBe(true);
      expect(await store.putIfAbsent("log/0", text("second"))).toBe(false);
      expect(await store.get("log/0")).toEqual(text("first"));
    });

    test("of many racing putIfAbsent one wins", async () => {
      const store = await create();
      const won = await Promise.all(
        Array.from({ length: 16 }, (_, i) => store.putIfAbsent("race", text(`writer ${i}`))),
      );
      expect(won.filter(Boolean)).toHaveLength(1);
      expect(await store.get("race")).toEqual(text(`writer ${won.indexOf(true)}`));
    });

    test("names what is missing, and deletes it without complaint", async () => {
      const store = await create();
      await expect(store.get("no/such")).rejects.toMatchObject({
        code: "LAKE_STORE_NOT_FOUND",
        details: { path: "no/such" },
      });
      expect(await store.head("no/such")).toBeUndefined();
      await store.delete("no/such");
      await store.put("x", text("x"));
      await store.delete("x");
      expect(await store.head("x")).toBeUndefined();
      expect(await listed(store, "nowhere/")).toEqual([]);
    });

    test.each(["../x", "a/../../x", "/etc/passwd", "a/./b", "a\0b"])(
      "refuses %j, which leaves the store",
      async (path) => {
        const store = (await create()).at("table");
        await expect(store.get(path)).rejects.toMatchObject({ code: "LAKE_STORE_PERMISSION" });
        await expect(store.put(path, text("x"))).rejects.toMatchObject({
          code: "LAKE_STORE_PERMISSION",
        });
      },
    );

    test("a store moved down sees its own part", async () => {
      const store = await create();
      const table = store.at("/bronze/orders/");
      await table.put("_delta_log/0.json", text("{}"));
      expect(await listed(store, "")).toEqual(["bronze/orders/_delta_log/0.json"]);
      expect(await listed(table, "")).toEqual(["_delta_log/0.json"]);
      expect(await store.at("bronze").at("orders").get("_delta_log/0.json")).toEqual(text("{}"));
    });

    test.each([
      "a b+c%20d&e=f?g#h.bin",
      "p=US%2FEast/é😀/　'(x)!*~@,;:$.bin",
      '"<quoted>"&amp;[x]{y}|z^`.bin',
      "q=1/%C3%A9 %zz.bin",
    ])("takes the path %j as it is", async (path) => {
      const store = (await create()).at("t b");
      expect(await store.putIfAbsent(path, text("1"))).toBe(true);
      expect(await store.putIfAbsent(path, text("2"))).toBe(false);
      expect(await store.get(path)).toEqual(text("1"));
      expect(await store.head(path)).toMatchObject({ path, size: 1 });
      expect(await listed(store, path.slice(0, 4))).toEqual([path]);
      await store.delete(path);
      expect(await listed(store, "")).toEqual([]);
    });

    test("keeps an object without bytes", async () => {
      const store = await create();
      expect((await store.put("empty", text(""))).size).toBe(0);
      expect(await store.get("empty")).toEqual(text(""));
      expect(await store.get("empty", { from: 0, to: 8 })).toEqual(text(""));
      expect(await store.head("empty")).toMatchObject({ size: 0 });
    });

    test("a read that is called off says why", async () => {
      const store = await create();
      await store.put("x", text("x"));
      const reason = new Error("enough");
      await expect(store.get("x", { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    });

    test("lists by prefix, in code-unit order, from after a path", async () => {
      const name = fc.array(fc.constantFrom("a", "b", "-", ".", "=", "é", "😀"), {
        minLength: 1,
        maxLength: 3,
      });
      const path = fc
        .array(
          name.map((letters) => `x${letters.join("")}`),
          { minLength: 1, maxLength: 3 },
        )
        .map((parts) => `${parts.join("/")}~`);
      await fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(path, { maxLength: 12 }),
          path,
          fc.nat({ max: 8 }),
          async (paths, after, cut) => {
            // A name cannot be an object and a folder on a file system: "~" ends objects only.
            const store = await create();
            for (const one of paths) await store.put(one, text(one));
            const prefix = (paths[0] ?? "").slice(0, cut);
            const expected = paths.filter((one) => one.startsWith(prefix)).sort();
            expect(await listed(store, prefix)).toEqual(expected);
            expect(await listed(store, prefix, after)).toEqual(
              expected.filter((one) => one > after),
            );
          },
        ),
        { numRuns: 40 },
      );
    });

    test("list tells size and time as head does", async () => {
      const store = await create();
      await store.put("t/a", text("12345"));
      const infos: ObjectInfo[] = [];
      for await (const info of store.list("t/")) infos.push(info);
      expect(infos).toEqual([await store.head("t/a")]);
      expect(store.capabilities).toEqual({ write: true, putIfAbsent: true, list: true });
    });
  });
}
