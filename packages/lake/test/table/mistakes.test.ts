import { bool, decimal, defineTable, int64, nullable, toBatch, utf8 } from "@lakewright/core";
import { expect, test } from "vitest";
import { parquetEncryption, localKeys } from "../../src/encryption.ts";
import { createTable, type LakeTable, memoryStore, openTable } from "../../src/index.ts";

/** What a first user writes: the remedy must be in the message or its hint. */
const sales = defineTable("sales", { id: int64(), name: utf8(), amount: decimal(12, 2) });
const store = memoryStore();
const open = async (): Promise<Loose> =>
  (await createTable(store, sales, { ifExists: "open" })) as unknown as Loose;
type Loose = Record<Exclude<keyof LakeTable, "scan">, (...given: unknown[]) => Promise<unknown>> & {
  scan(options: unknown): { rows(): Promise<unknown> };
};
const create = (...given: unknown[]): Promise<unknown> => createTable(...(given as [never, never]));
const encryption = parquetEncryption({
  keys: localKeys({ footer: new Uint8Array(16) }),
  footerKey: "footer",
});
const row = { id: 1, name: "a", amount: "1.00" };

const mistakes: [string, () => Promise<unknown>, RegExp][] = [
  ["a path for a store", () => openTable("./lake" as never), /localStore\("\.\/lake/],
  ["the same, creating", () => create("./lake", sales), /localStore\("\.\/lake/],
  ["store and table swapped", () => create(sales, store), /the store is .* which is none/],
  ["columns for a table", () => create(store, { id: int64() }), /defineTable/],
  ["keys not awaited", () => create(store, sales, { encryption }), /await it/],
  ["text for a condition", async () => (await open()).scan({ where: "id = 1" }).rows(), /sql\("id/],
  ["the same, deleting", async () => (await open()).delete("id = 1"), /sql\("id = 1"\)/],
  ["a number for a moment", async () => (await open()).scan({ asOf: 1 }).rows(), /version: 3n/],
  ["the same, restoring", async () => (await open()).restore(1), /version: 3n/],
  [
    "an expression without sql",
    async () => (await open()).update({ set: { amount: "amount * 2" } }),
    /Column "amount": "amount \* 2" .*sql\("amount \* 2"\)/,
  ],
  [
    "a column to merge on, not in a list",
    async () => (await open()).merge([row], { on: "id", whenMatched: "update" }),
    /\["id"\]/,
  ],
  [
    "a clause there is not",
    async () => (await open()).merge([row], { on: ["id"], whenMatched: "updateAll" }),
    /"update", "delete" or a list/,
  ],
  [
    "an identity column rows cannot leave out",
    () => create(memoryStore(), sales, { identity: { id: true } }),
    /nullable\(int64\(\)\)/,
  ],
  [
    "a change feed that is off",
    async () => ((await open()) as unknown as LakeTable).changes({ from: 0n }).rows(),
    /alter\(.*enableChangeDataFeed/,
  ],
  [
    "a batch with a column more",
    async () => {
      const wider = defineTable("sales", { ...sales.columns, web: nullable(bool()) });
      return (await open()).append(toBatch(wider, [row]));
    },
    /mergeSchema: true/,
  ],
  [
    "a moment to come",
    async () => (await open()).scan({ asOf: { timestamp: "2999-01-01T00:00:00Z" } }).rows(),
    /Leave asOf out/,
  ],
];

test.each(mistakes)("%s is told with its remedy", async (_, make, remedy) => {
  const error: unknown = await make().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toHaveProperty("code");
  const { message, hint } = error as { message: string; hint?: string };
  expect(`${message} ${hint ?? ""}`).toMatch(remedy);
});
