import fc from "fast-check";
import { expect, test } from "vitest";
import {
  createTable,
  isLakeError,
  type LakeTable,
  memoryStore,
  openTable,
  type Store,
} from "../../src/index.ts";
import { ids, sales, someSales } from "./sales.ts";

const HANDLES = 3;

/** What the table holds, by naive means. */
class Model {
  /** The ids of every version. */
  readonly versions: bigint[][] = [[]];
  /** The version each handle stands at. */
  readonly at: number[] = new Array<number>(HANDLES).fill(0);
  readonly transactions = new Map<string, bigint>();
  nextId = 0;

  commit(handle: number, rows: readonly bigint[]): void {
    this.versions.push([...rows].sort((a, b) => (a < b ? -1 : 1)));
    this.at[handle] = this.versions.length - 1;
  }
  get latest(): readonly bigint[] {
    return this.versions.at(-1)!;
  }
  take(count: number): bigint[] {
    return Array.from({ length: count }, () => BigInt(this.nextId++));
  }
}

interface Real {
  readonly store: Store;
  readonly handles: LakeTable<typeof sales>[];
}
type Command = fc.AsyncCommand<Model, Real>;

const command = (name: string, run: (model: Model, real: Real) => Promise<void>): Command => ({
  check: () => true,
  run,
  toString: () => name,
});

const append = (h: number, count: number): Command =>
  command(`append(${h}, ${count})`, async (model, { handles }) => {
    const from = model.nextId;
    const rows = model.take(count);
    await handles[h]!.append(someSales(count, from));
    if (count > 0) model.commit(h, [...model.latest, ...rows]);
  });

const appendOnce = (h: number, appId: string, version: number): Command =>
  command(`appendOnce(${h}, ${appId}, ${version})`, async (model, { handles }) => {
    const from = model.nextId;
    const applied = (model.transactions.get(appId) ?? -1n) >= BigInt(version);
    const rows = model.take(2);
    const { written } = await handles[h]!.append(someSales(2, from), { txn: { appId, version } });
    expect(written).toBe(!applied);
    if (applied) {
      // Asking the log moves the handle on.
      model.at[h] = model.versions.length - 1;
      return;
    }
    model.transactions.set(appId, BigInt(version));
    model.commit(h, [...model.latest, ...rows]);
  });

const overwrite = (h: number, count: number): Command =>
  command(`overwrite(${h}, ${count})`, async (model, { handles }) => {
    const from = model.nextId;
    const rows = model.take(count);
    await handles[h]!.overwrite(someSales(count, from));
    model.commit(h, rows);
  });

const refresh = (h: number): Command =>
  command(`refresh(${h})`, async (model, { handles }) => {
    await handles[h]!.refresh();
    model.at[h] = model.versions.length - 1;
  });

const read = (h: number): Command =>
  command(`read(${h})`, async (model, { handles }) => {
    expect(handles[h]!.version).toBe(BigInt(model.at[h]!));
    expect(ids(await handles[h]!.scan().rows())).toEqual(model.versions[model.at[h]!]);
  });

const travel = (h: number, share: number): Command =>
  command(`travel(${h}, ${share})`, async (model, { handles }) => {
    const version = Math.floor(share * model.versions.length);
    const scan = handles[h]!.scan({ asOf: { version: BigInt(version) } });
    expect(ids(await scan.rows())).toEqual(model.versions[version]);
  });

const reopen = (h: number): Command =>
  command(`reopen(${h})`, async (model, { store, handles }) => {
    handles[h] = await createTable(store, sales, {
      partitionBy: ["currency"],
      ifExists: "open",
    });
    model.at[h] = model.versions.length - 1;
    expect(handles[h].transactions).toEqual(model.transactions);
  });

const handle = fc.nat({ max: HANDLES - 1 });
const commands = fc.commands(
  [
    fc.tuple(handle, fc.nat({ max: 4 })).map(([h, count]) => append(h, count)),
    fc
      .tuple(handle, fc.constantFrom("a", "b"), fc.nat({ max: 6 }))
      .map(([h, appId, version]) => appendOnce(h, appId, version)),
    fc.tuple(handle, fc.nat({ max: 3 })).map(([h, count]) => overwrite(h, count)),
    handle.map(refresh),
    handle.map(read),
    fc
      .tuple(handle, fc.double({ min: 0, max: 0.999, noNaN: true }))
      .map(([h, share]) => travel(h, share)),
    handle.map(reopen),
  ],
  { maxCommands: 20 },
);

test("a table agrees with a list of lists, whatever several handles do to it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), commands, async (interval, commands) => {
      const setup = async (): Promise<{ model: Model; real: Real }> => {
        const store = memoryStore();
        const first = await createTable(store, sales, {
          partitionBy: ["currency"],
          checkpointInterval: interval,
        });
        const open = (): Promise<LakeTable<typeof sales>> =>
          createTable(store, sales, { partitionBy: ["currency"], ifExists: "open" });
        return {
          model: new Model(),
          real: { store, handles: [first, await open(), await open()] },
        };
      };
      await fc.asyncModelRun(setup, commands);
    }),
    { numRuns: 60 },
  );
});

test("overwrites that race: one wins, or they follow each other", async () => {
  const store = memoryStore();
  await createTable(store, sales);
  const handles = await Promise.all([0, 1, 2, 3].map(() => openTable(store)));
  const results = await Promise.allSettled(
    handles.map((table, k) => table.overwrite(someSales(2, 10 * k))),
  );
  for (const result of results) {
    if (result.status === "rejected")
      expect(isLakeError(result.reason, "LAKE_COMMIT_CONFLICT")).toBe(true);
  }
  expect(results.some((result) => result.status === "fulfilled")).toBe(true);
  expect(await (await openTable(store)).scan().rows()).toHaveLength(2);
});
