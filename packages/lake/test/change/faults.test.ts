import { describe, expect, test } from "vitest";
import {
  createTable,
  eq,
  gte,
  inList,
  LakeError,
  type LakeTable,
  lt,
  memoryStore,
  openTable,
  type Store,
} from "../../src/index.ts";
import { dataFiles } from "../table/sales.ts";
import { after, type Item, items, type Step, take, texted } from "./scenario.ts";

type Call = "get" | "head" | "list" | "put" | "putIfAbsent" | "delete";

/** A store of which the n-th call fails, before it is done or after. */
function failing(store: Store, nth: number, when: "before" | "after"): Store & { calls: number } {
  const failed = (path: string): Error =>
    new LakeError("LAKE_STORE_FAILED", `${path}: connection reset`);
  const around = async <R>(_: Call, path: string, run: () => Promise<R>): Promise<R> => {
    const isNow = ++self.calls === nth;
    if (isNow && when === "before") throw failed(path);
    const result = await run();
    if (isNow) throw failed(path);
    return result;
  };
  const self = {
    calls: 0,
    location: store.location,
    get: (path: string, options?: object) => around("get", path, () => store.get(path, options)),
    head: (path: string) => around("head", path, () => store.head(path)),
    list: (prefix: string, options?: object) => store.list(prefix, options),
    put: (path: string, data: Uint8Array | AsyncIterable<Uint8Array>) =>
      around("put", path, () => store.put(path, data)),
    putIfAbsent: (path: string, data: Uint8Array) =>
      around("putIfAbsent", path, () => store.putIfAbsent(path, data)),
    delete: (path: string) => around("delete", path, () => store.delete(path)),
    at: () => {
      throw new Error("not part of this test");
    },
  };
  return self as unknown as Store & { calls: number };
}

const rows: Item[] = Array.from({ length: 40 }, (_, k) => ({
  id: BigInt(k),
  p: ["a", "b", null][k % 3]!,
  x: null,
  amount: "1.00",
  note: `note ${k}`,
}));

const steps: Readonly<Record<string, Step>> = {
  "a delete of some rows": { kind: "delete", where: inList("id", [3n, 30n]) },
  "a delete of a partition": { kind: "delete", where: eq("p", "a") },
  "an update": { kind: "update", where: lt("id", 9n), set: { note: null, p: "b" } },
  "an overwrite by a condition": {
    kind: "replace",
    where: gte("id", 20n),
    rows: rows.slice(20, 25),
  },
};

async function copied(store: Store): Promise<Store> {
  const copy = memoryStore();
  for await (const { path } of store.list("")) await copy.put(path, await store.get(path));
  return copy;
}

const open = (store: Store): Promise<LakeTable<typeof items>> =>
  createTable(store, items, { partitionBy: ["p"], ifExists: "open" });

describe("a store that fails at any call leaves the version before or the one after", () => {
  const cases = Object.keys(steps).flatMap((name) =>
    [false, true].flatMap((vectors) =>
      (["before", "after"] as const).map((when) => ({ name, vectors, when })),
    ),
  );
  test.each(cases)(
    "$name, vectors: $vectors, $when it is done",
    async ({ name, vectors, when }) => {
      const step = steps[name]!;
      const before = memoryStore();
      const table = await createTable(before, items, {
        partitionBy: ["p"],
        checkpointInterval: 2,
        properties: {
          "delta.enableChangeDataFeed": "true",
          ...(vectors ? { "delta.enableDeletionVectors": "true" } : {}),
        },
      });
      await table.append(rows);
      for (let nth = 1; ; nth++) {
        const memory = await copied(before);
        const store = failing(memory, Infinity, when);
        const ours = await open(store);
        const failingFrom = failing(memory, nth, when);
        Object.assign(ours, { store: failingFrom });
        const failed = await take(ours, step).then(
          () => undefined,
          (error: unknown) => error,
        );
        const now = await openTable(memory);
        const found = texted(await now.scan().rows());
        expect(found).toEqual(texted(now.version === 1n ? rows : after(rows, step)));
        if (!failed) expect(now.version).toBe(2n);
        // What was not committed is removed, unless it is not known whether it was, or removing failed as well.
        const isKnown = !(failed instanceof LakeError) || failed.details["committed"] !== "unknown";
        if (failed && now.version === 1n && isKnown) {
          expect((await dataFiles(memory)).length).toBeLessThanOrEqual(now.files().length + 1);
        }
        await ours.refresh().catch(() => {});
        const again = await open(memory);
        await take(again, { kind: "append", rows: rows.slice(0, 1) });
        expect(texted(await again.scan().rows())).toEqual(
          [...found, ...texted(rows.slice(0, 1))].sort(),
        );
        if (failingFrom.calls < nth) break;
      }
    },
  );
});

/** A store of which every call is told before it is done. */
function watched(store: Store, told: () => void): Store {
  return new Proxy(store, {
    get(target, name) {
      const member = target[name as keyof Store] as unknown;
      if (typeof member !== "function") return member;
      return (...args: unknown[]): unknown => {
        told();
        return member.apply(target, args) as unknown;
      };
    },
  });
}

describe("a signal that is aborted at any call of the store", () => {
  type Verb = (table: LakeTable<typeof items>, signal: AbortSignal) => Promise<unknown>;
  const verbs: Readonly<Record<string, Verb>> = {
    append: (table, signal) => table.append(rows, { signal }),
    overwrite: (table, signal) => table.overwrite(rows, { where: gte("id", 0n), signal }),
    delete: (table, signal) => table.delete(inList("id", [3n, 30n]), { signal }),
    update: (table, signal) => table.update({ where: lt("id", 9n), set: { note: null }, signal }),
    merge: (table, signal) =>
      table.merge(rows.slice(30), { on: ["id"], whenMatched: "update", signal }),
    optimize: (table, signal) => table.optimize({ zOrderBy: ["id"], signal }),
    verify: (table, signal) => table.verify({ depth: "data", signal }),
  };

  test.each(Object.keys(verbs))(
    "ends %s with its reason and leaves nothing behind",
    async (verb) => {
      let calls = Infinity;
      for (let nth = 1; nth <= calls; nth++) {
        const memory = memoryStore();
        await (await open(memory)).append(rows);
        const controller = new AbortController();
        calls = 0;
        const store = watched(memory, () => {
          if (++calls === nth) controller.abort();
        });
        const table = await open(store);
        calls = 0;
        const failed = await verbs[verb]!(table, controller.signal).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (failed === undefined) continue;
        expect(failed).toBe(controller.signal.reason);
        const now = await openTable(memory);
        expect(now.version).toBe(1n);
        expect(await dataFiles(memory)).toHaveLength(now.files().length);
      }
    },
  );
});
