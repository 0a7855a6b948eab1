import { bool, defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { describe, expect, test } from "vitest";
import {
  and,
  call,
  createTable,
  eq,
  gte,
  type LakeTable,
  memoryStore,
  type MergeOptions,
  not,
  or,
  sql,
  type Where,
} from "../../src/index.ts";

const items = defineTable("items", { id: int64(), name: nullable(utf8()) });
const LEVELS = 10_000;

async function filled(): Promise<LakeTable<typeof items>> {
  const lake = await createTable(memoryStore(), items);
  await lake.append([1, 2, 3].map((id) => ({ id, name: `item ${id}` })));
  return lake;
}

function nested(wrap: (inner: Where) => Where, levels: number = LEVELS): Where {
  let where: Where = eq("id", 1n);
  for (let k = 1; k < levels; k++) where = wrap(where);
  return where;
}

const cycle = { op: "not" } as unknown as Where & { term: Where };
cycle.term = cycle;

describe("a condition without an end in sight is refused", () => {
  test.each<[string, Where]>([
    ["not", nested(not)],
    ["and", nested((inner) => and(inner, gte("id", 0n)))],
    ["or", nested((inner) => or(inner, gte("id", 0n)))],
    ["calls", eq(nested((inner) => call("+", inner as never, 0)) as never, 0)],
    ["a cycle", cycle],
  ])("%s", async (_, where) => {
    const lake = await filled();
    const refused = { code: "LAKE_INVALID_OPTION", message: expect.stringContaining("400 levels") };
    await expect(lake.delete(where)).rejects.toMatchObject(refused);
    await expect(lake.update({ where, set: { name: "x" } })).rejects.toMatchObject(refused);
    await expect((async () => lake.scan({ where }).rows())()).rejects.toMatchObject(refused);
    expect(await lake.scan().rows()).toHaveLength(3);
  });

  test.each<[string, string]>([
    ["not", `${"not ".repeat(LEVELS)}id = 1`],
    ["sums", `id${" + 0".repeat(LEVELS)} = 1`],
    ["signs", `${"- ".repeat(LEVELS)}id = 1`],
    ["casts", `id${"::bigint".repeat(LEVELS)} = 1`],
    ["tests", `id = 1${" is null".repeat(LEVELS)}`],
    ["texts", `name${" || name".repeat(LEVELS)} = 'a'`],
    ["parentheses", `${"(".repeat(LEVELS)}id = 1${")".repeat(LEVELS)}`],
  ])("sql: %s", async (_, text) => {
    const lake = await filled();
    await expect(lake.delete(sql(text))).rejects.toMatchObject({
      code: "LAKE_INVALID_EXPRESSION",
      message: expect.stringContaining("nested too deeply"),
    });
  });
});

test("what is deep and wide within reason is taken", async () => {
  const lake = await filled();
  const rows = (where: Where): Promise<number> => lake.planDelete(where).then((plan) => plan.rows);
  expect(await rows(nested(not, 399))).toBe(1);
  expect(await rows(sql(`id${" + 0".repeat(390)} = 1`))).toBe(1);
  expect(await rows(sql(Array.from({ length: 20_000 }, (_, k) => `id = ${k}`).join(" or ")))).toBe(
    3,
  );
  const wide = Array.from({ length: 200_000 }, (_, k) => k).join(",");
  expect(await rows(sql(`id in (${wide})`))).toBe(3);
});

test.each<unknown>([
  { op: "and" },
  { op: "or", terms: [null] },
  { op: "not" },
  { op: "not", term: [] },
  { op: "inList", column: "id" },
  { op: "sql" },
  { op: "call", name: "=" },
  { op: "call", name: "=", args: [{ op: "column", column: "id" }, 1] },
])("%j is no condition", async (given) => {
  const lake = await filled();
  const where = given as Where;
  const refused = { code: "LAKE_INVALID_OPTION" };
  await expect(lake.delete(where)).rejects.toMatchObject(refused);
  await expect((async () => lake.scan({ where }).rows())()).rejects.toMatchObject(refused);
});

test.each([
  "lpad(name, 2147483647, 'ab') = ''",
  "rpad(name, 2147483647) = ''",
  "repeat(name, 2147483647) = ''",
  "replace(replace(repeat('a', 30000), 'a', repeat('b', 30000)), 'b', 'c') = ''",
  "concat(repeat('a', 200000000), repeat('b', 200000000)) = ''",
])("a text that would be too long is an error of the row: %s", async (text) => {
  const lake = await filled();
  await expect(lake.delete(sql(text))).rejects.toMatchObject({
    code: "LAKE_INVALID_VALUE",
    message: expect.stringContaining("too long"),
  });
});

test("conditions and values of a merge are checked alike", async () => {
  const lake = await filled();
  const deep = nested(not) as never;
  const sum = nested((inner) => call("+", inner as never, 0)) as never;
  const merges: readonly MergeOptions[] = [
    { on: deep, whenMatched: "update" },
    { on: { op: "call", name: "=" } as never, whenMatched: "update" },
    { on: ["id"], whenMatched: [{ when: deep, then: "update" }] },
    { on: ["id"], whenMatched: [{ when: { op: "and" } as never, then: "update" }] },
    { on: ["id"], whenMatched: [{ then: "update", set: { name: sum } }] },
    { on: ["id"], whenNotMatched: [{ then: "insert", values: { id: 1n, name: sum } }] },
  ];
  const source = [{ id: 1, name: "x" }];
  for (const options of merges) {
    const refused = { code: "LAKE_INVALID_OPTION" };
    await expect(lake.merge(source, options)).rejects.toMatchObject(refused);
  }
});

test("a merge joins by conditions that are a column or a constant", async () => {
  const flags = defineTable("flags", { id: int64(), active: bool() });
  const merged = async (on: string): Promise<readonly unknown[]> => {
    const lake = await createTable(memoryStore(), flags);
    await lake.append([
      { id: 1, active: true },
      { id: 2, active: false },
    ]);
    const source = [{ id: 1, active: false }];
    const { rowsUpdated, rowsInserted } = await lake.merge(source, {
      on: sql(on),
      whenMatched: [{ then: "update", set: { id: 9n } }],
      whenNotMatched: "insert",
    });
    return [rowsUpdated, rowsInserted];
  };
  expect(await merged("id = source.id and active")).toEqual([1, 0]);
  expect(await merged("active")).toEqual([1, 0]);
  expect(await merged("true")).toEqual([2, 0]);
  expect(await merged("false")).toEqual([0, 1]);
  expect(await merged("null")).toEqual([0, 1]);
});
