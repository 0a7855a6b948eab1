import { defineTable, float64, int64, nullable, struct, utf8, list } from "@lakewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createTable, eq, memoryStore, openTable } from "../../src/index.ts";
import { faulty } from "../table/faults.ts";
import { dataFiles, ids, sales, someSales, upTo } from "../table/sales.ts";

test("small files become one, and the rows stay as they were, in their order", async () => {
  const table = await createTable(memoryStore(), sales);
  for (let k = 0; k < 12; k++) await table.append(someSales(7, 7 * k));
  const before = await table.scan().rows();
  const result = await table.optimize();
  expect(result).toMatchObject({
    version: 13n,
    written: true,
    filesAdded: 1,
    filesRemoved: 12,
    partitions: 1,
  });
  expect(await table.scan().rows()).toEqual(before);
  expect(table.files()).toMatchObject([{ rows: 84, bytes: result.bytesAdded }]);
  const [commit] = await table.history(1);
  expect(commit).toMatchObject({
    operation: "OPTIMIZE",
    parameters: { predicate: "[]", zOrderBy: "[]", auto: "false" },
    metrics: { numAddedFiles: "1", numRemovedFiles: "12" },
    isBlindAppend: false,
  });
  expect(await table.optimize()).toMatchObject({ version: 13n, written: false, filesRemoved: 0 });
});

test("a plan says what would be done, and does nothing until it is run", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales, { partitionBy: ["currency"] });
  for (let k = 0; k < 4; k++) await table.append(someSales(6, 6 * k));
  const plan = await table.planOptimize({ where: eq("currency", "EUR") });
  expect(plan).toMatchObject({ version: 4n, filesRemoved: 4, partitions: 1 });
  expect((await openTable(store)).version).toBe(4n);
  expect(await plan.run()).toMatchObject({ filesRemoved: 4, filesAdded: 1, partitions: 1 });
  expect(table.files().filter((file) => file.partition["currency"] === "EUR")).toHaveLength(1);
  expect(table.files()).toHaveLength(9);
  expect(ids(await table.scan().rows())).toEqual(upTo(24));
});

test("partitions are never mixed, and null and values with odd characters are kept", async () => {
  const place = defineTable("place", { id: int64(), p: nullable(utf8()) });
  const table = await createTable(memoryStore(), place, { partitionBy: ["p"] });
  const values = ["US/East", "100%25", "é =x", "a{b}", null];
  for (let k = 0; k < 3; k++) {
    await table.append(values.map((p, n) => ({ id: BigInt(10 * k + n), p })));
  }
  const before = await table.scan().rows();
  expect(await table.optimize()).toMatchObject({ filesRemoved: 15, filesAdded: 5, partitions: 5 });
  const byId = (rows: typeof before): typeof before => rows.sort((a, b) => Number(a.id - b.id));
  expect(byId(await table.scan().rows())).toEqual(byId(before));
});

test("files of the target size are left alone, and bins stay below it", async () => {
  const table = await createTable(memoryStore(), sales);
  await table.append(someSales(5000));
  const [large] = table.files();
  for (let k = 0; k < 8; k++) await table.append(someSales(600, 5000 + 600 * k));
  const targetFileBytes = Math.floor(large!.bytes * 0.9);
  await table.optimize({ targetFileBytes });
  const files = table.files();
  expect(files.map((file) => file.path)).toContain(large!.path);
  expect(files.length).toBeLessThan(5);
  for (const file of files) {
    if (file.path !== large!.path) expect(file.bytes).toBeLessThanOrEqual(targetFileBytes);
  }
  expect(ids(await table.scan().rows())).toEqual(upTo(9800));
  expect(await table.optimize({ targetFileBytes: 1 })).toMatchObject({ written: false });
});

const nested = defineTable("nested", {
  id: int64(),
  tag: nullable(utf8()),
  score: nullable(float64()),
  where: nullable(struct({ city: nullable(utf8()), zips: nullable(list(nullable(int64()))) })),
});
const row = fc.record({
  id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  tag: fc.option(fc.string({ maxLength: 6, unit: "grapheme" })),
  score: fc.option(fc.double()),
  where: fc.option(
    fc.record({
      city: fc.option(fc.constantFrom("Köln", "", "x")),
      zips: fc.option(fc.array(fc.option(fc.bigInt({ min: -5n, max: 5n })), { maxLength: 3 })),
    }),
  ),
});

test.each([
  { zOrderBy: undefined },
  { zOrderBy: ["tag", "id"] },
  { zOrderBy: ["score"] },
  { zOrderBy: ["id", "score", "tag"] },
])(
  "whatever the rows are, laying them out by $zOrderBy keeps each of them",
  async ({ zOrderBy }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(row, { maxLength: 30 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(undefined, 1000),
        async (appends, maxSortBytes) => {
          const table = await createTable(memoryStore(), nested);
          for (const rows of appends) await table.append(rows);
          const key = (value: unknown): string =>
            JSON.stringify(value, (_, item: unknown) =>
              typeof item === "bigint"
                ? `${item}n`
                : Object.is(item, -0)
                  ? "-0"
                  : String(item) === "NaN"
                    ? "NaN"
                    : item,
            );
          const before = (await table.scan().rows()).map(key);
          await table.optimize({ zOrderBy, maxSortBytes });
          const after = (await table.scan().rows()).map(key);
          if (zOrderBy) expect(after.sort()).toEqual(before.sort());
          else expect(after).toEqual(before);
        },
      ),
      { numRuns: 25 },
    );
  },
);

test("a Z-order makes either column skip files", async () => {
  const point = defineTable("point", { x: int64(), y: utf8(), n: int64() });
  const table = await createTable(memoryStore(), point, { targetFileBytes: 2 ** 20 });
  const side = 128;
  const rows = Array.from({ length: side * side }, (_, n) => ({
    x: BigInt((n * 7919) % side),
    y: `y${String(Math.floor(n / side)).padStart(4, "0")}`,
    n: BigInt(n),
  }));
  await table.append(rows);
  const bytes = table.files()[0]!.bytes;
  const skipped = async (where: ReturnType<typeof eq>): Promise<number> => {
    const scan = table.scan({ where });
    expect(await scan.rows()).toHaveLength(side);
    return scan.metrics.filesSkipped;
  };
  const result = await table.optimize({
    zOrderBy: ["x", "y"],
    targetFileBytes: Math.ceil(bytes / 16),
  });
  expect(result.filesAdded).toBe(16);
  // Sixteen squares of a quarter each side: a line crosses four.
  expect(await skipped(eq("x", 40n))).toBe(12);
  expect(await skipped(eq("y", "y0040"))).toBe(12);
});

test("rows appended meanwhile stay, and do not stop it", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales);
  for (let k = 0; k < 3; k++) await table.append(someSales(4, 4 * k));
  const plan = await table.planOptimize();
  await (await openTable(store)).append(someSales(4, 12));
  expect(await plan.run()).toMatchObject({ filesRemoved: 3, filesAdded: 1 });
  expect(ids(await table.scan().rows())).toEqual(upTo(16));
});

test("files rewritten meanwhile are a conflict, and nothing is left behind", async () => {
  const store = memoryStore();
  const table = await createTable(store, sales);
  for (let k = 0; k < 3; k++) await table.append(someSales(4, 4 * k));
  const plan = await table.planOptimize();
  await (await openTable(store)).optimize();
  await expect(plan.run()).rejects.toMatchObject({
    code: "LAKE_COMMIT_CONFLICT",
    details: { winner: 4n },
  });
  expect(await dataFiles(store)).toHaveLength(4);
  expect(ids(await table.scan().rows())).toEqual(upTo(12));
});

test("a store that fails half-way leaves no file of it", async () => {
  const memory = memoryStore();
  const table = await createTable(memory, sales, { partitionBy: ["currency"] });
  for (let k = 0; k < 3; k++) await table.append(someSales(6, 6 * k));
  const files = await dataFiles(memory);
  let puts = 0;
  const store = faulty(memory, {
    before: (call) => {
      if (call === "put" && ++puts === 2) throw new Error("no route to host");
    },
  });
  await expect((await openTable(store)).optimize()).rejects.toThrow("no route");
  expect(await dataFiles(memory)).toEqual(files);
});

test.each([
  [{ zOrderBy: [] }, /empty list/],
  [{ zOrderBy: ["nope"] }, /"nope", which is no column/],
  [{ zOrderBy: ["currency"] }, /partition column/],
  [{ where: eq("id", 3n) }, /no partition column/],
  [{ targetFileBytes: 0 }, /targetFileBytes is 0/],
  [{ target: 0 }, /no option "target"/],
] as const)("%o is refused", async (options, message) => {
  const table = await createTable(memoryStore(), sales, { partitionBy: ["currency"] });
  await expect(table.optimize(options as object)).rejects.toThrow(message);
});
