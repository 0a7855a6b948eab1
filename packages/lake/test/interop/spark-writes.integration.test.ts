import {
  binary,
  bool,
  date,
  decimal,
  defineTable,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  list,
  map,
  naiveTimestamp,
  nullable,
  struct,
  timestamp,
  utf8,
} from "@lakewright/core";
import { expect } from "vitest";
import { createTable, eq, openTable } from "../../src/index.ts";
import { withSpark } from "./spark-tables.ts";

const test = withSpark("spark-writes");

test("every type, its extremes and nulls, with every codec and a Bloom filter", async ({
  spark,
  store,
  agree,
}) => {
  const table = defineTable("t", {
    i1: nullable(int8()),
    i2: nullable(int16()),
    i4: nullable(int32()),
    i8: nullable(int64()),
    f: nullable(float32()),
    d: nullable(float64()),
    small: nullable(decimal(5, 2)),
    large: nullable(decimal(38, 18)),
    s: nullable(utf8()),
    b: nullable(binary()),
    o: nullable(bool()),
    day: nullable(date()),
    at: nullable(timestamp()),
    wall: nullable(naiveTimestamp()),
    l: nullable(list(nullable(list(nullable(int32()))))),
    st: nullable(struct({ a: nullable(int32()), b: nullable(list(nullable(utf8()))) })),
    m: nullable(map(utf8(), nullable(struct({ x: nullable(decimal(9, 2)) })))),
  });
  const lowest = {
    i1: -128,
    i2: -32768,
    i4: -2147483648,
    i8: -(2n ** 63n),
    f: -Infinity,
    d: NaN,
    small: "-999.99",
    large: "-99999999999999999999.999999999999999999",
    s: "",
    b: new Uint8Array(0),
    o: false,
    day: "0001-01-01",
    at: "1582-10-15T00:00:00.000001Z",
    wall: "0001-01-01T00:00:00.000001",
    l: [],
    st: { a: null, b: [null, "é"] },
    m: new Map(),
  };
  const highest = {
    i1: 127,
    i2: 32767,
    i4: 2147483647,
    i8: 2n ** 63n - 1n,
    f: 1.5,
    d: -0.1,
    small: "0.01",
    large: "0.000000000000000001",
    s: '𝄞 "quoted"\n\u0000',
    b: new Uint8Array([0, 255]),
    o: true,
    day: "9999-12-31",
    at: "9999-12-31T23:59:59.999999Z",
    wall: "1969-12-31T23:59:59.999999",
    l: [[1, null], null, []],
    st: { a: 1, b: null },
    m: new Map<string, { x: string } | null>([
      ["", null],
      ["a", { x: "1.50" }],
    ]),
  };
  const ours = await createTable(store, table, {
    codec: "zstd",
    properties: {
      "parquet.bloom.filter.enabled#i8": "true",
      "parquet.bloom.filter.enabled#s": "true",
    },
  });
  await ours.append([lowest]);
  await ours.alter({ setProperties: { "delta.parquet.compression.codec": "gzip" } });
  await ours.append([highest]);
  await ours.alter({ setProperties: { "delta.parquet.compression.codec": "uncompressed" } });
  await ours.append([{}]);
  const texts = (row: object): Record<string, string> =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([, value]) => typeof value !== "object")
        .map(([name, value]) => [name, String(value)]),
    );
  const rows = [
    {
      ...texts(lowest),
      f: "-inf",
      d: "nan",
      b: "",
      o: false,
      wall: "0001-01-01T00:00:00.000001",
      l: [],
      st: { a: null, b: [null, "é"] },
      m: [],
    },
    {
      ...texts(highest),
      f: 1.5,
      d: -0.1,
      b: "00ff",
      o: true,
      l: [["1", null], null, []],
      st: { a: "1", b: null },
      m: [
        ["", null],
        ["a", { x: "1.50" }],
      ] as const,
    },
    Object.fromEntries(Object.keys(lowest).map((name) => [name, null])),
  ];
  await agree(rows);
  expect(
    await spark(
      `SELECT count(*) AS n FROM T WHERE i8 = ${2n ** 63n - 1n} AND large < 1 AND at > timestamp'9999-12-31 23:59:59.999998'`,
    ),
  ).toEqual([{ n: "1" }]);
  await spark("INSERT INTO T SELECT * FROM T");
  await agree([...rows, ...rows]);
});

test("partitions of every type, with escapes and nulls", async ({ spark, store, agree }) => {
  const table = defineTable("t", {
    v: int32(),
    s: nullable(utf8()),
    d: nullable(date()),
    t: nullable(timestamp()),
    n: nullable(naiveTimestamp()),
    m: nullable(decimal(10, 4)),
    o: nullable(bool()),
    f: nullable(float64()),
    i: nullable(int64()),
    b: nullable(binary()),
  });
  const { v: _, ...partitions } = table.columns;
  const ours = await createTable(store, table, { partitionBy: Object.keys(partitions) });
  const first = {
    s: "US/East %25 {a}=b #?",
    d: "2020-02-29",
    t: "2020-01-01T00:00:00.000001Z",
    n: "1969-12-31T23:59:59",
    m: "-12.5000",
    o: true,
    f: 1e21,
    i: -1n,
    b: new TextEncoder().encode("ab"),
  };
  await ours.append([
    { v: 1, ...first },
    { v: 2 },
    { v: 3, s: "é 日本 ", d: "0001-01-01", m: "0.0001", o: false, f: -0.1, i: 2n ** 63n - 1n },
  ]);
  await spark("INSERT INTO T SELECT v + 10, s, d, t, n, m, o, f, i, b FROM T");
  const told = { ...first, n: "1969-12-31T23:59:59.000000", i: "-1", b: "6162" };
  const nulls = Object.fromEntries(Object.keys(partitions).map((name) => [name, null]));
  const third = {
    ...nulls,
    s: "é 日本 ",
    d: "0001-01-01",
    m: "0.0001",
    o: false,
    f: -0.1,
    i: String(2n ** 63n - 1n),
  };
  const rows = [told, nulls, third].flatMap((row, k) => [
    { ...row, v: String(k + 1) },
    { ...row, v: String(k + 11) },
  ]);
  const lake = await agree(rows);
  // Spark's rows fall into the partitions we made of the same values: one overwrite replaces both.
  await lake.overwrite([{ v: 21, ...first }] as never, { dynamicPartitions: true });
  await agree([{ ...told, v: "21" }, ...rows.slice(2)]);
  await spark("DELETE FROM T WHERE s = 'US/East %25 {a}=b #?' OR d IS NULL");
  await agree(rows.slice(4));
});

for (const mode of ["name", "id"]) {
  test(`columns mapped by ${mode}: renamed, dropped and added by either`, async ({
    spark,
    store,
    agree,
  }) => {
    const table = defineTable("t", {
      id: int64(),
      "a b,c": nullable(utf8()),
      gone: nullable(int32()),
      place: nullable(struct({ city: nullable(utf8()), zip: nullable(list(int32())) })),
      p: nullable(utf8()),
    });
    const ours = await createTable(store, table, {
      partitionBy: ["p"],
      properties: { "delta.columnMapping.mode": mode },
    });
    await ours.append([
      { id: 1n, "a b,c": "x", gone: 5, place: { city: "Wien", zip: [1010] }, p: "a" },
      { id: 2n },
    ]);
    await ours.alter({
      renameColumns: { "a b,c": "label" },
      dropColumns: ["gone"],
      addColumns: { tags: nullable(map(utf8(), nullable(struct({ n: int32() })))) },
    });
    await ours.append([{ id: 3n, label: "z", p: "a", tags: new Map([["k", { n: 1 }]]) }] as never);
    const rows = [
      { id: "1", label: "x", place: { city: "Wien", zip: ["1010"] }, p: "a", tags: null },
      { id: "2", label: null, place: null, p: null, tags: null },
      { id: "3", label: "z", place: null, p: "a", tags: [["k", { n: "1" }]] as const },
    ] as const;
    await agree(rows);
    // Either may rename what makes partitions.
    if (mode === "id") await ours.alter({ renameColumns: { p: "part" } });
    await spark("ALTER TABLE T RENAME COLUMN place.city TO town");
    if (mode === "name") await spark("ALTER TABLE T RENAME COLUMN p TO part");
    await spark("ALTER TABLE T ADD COLUMN (gone DATE)");
    await spark(
      "INSERT INTO T VALUES (4, 'w', struct('Graz', null), 'b', map('q', struct(null)), date'2026-01-01')",
    );
    await spark("UPDATE T SET label = 'u' WHERE id = 1");
    const lake = await openTable(store);
    await lake.update({ where: eq("id", 2n), set: { part: "c" } });
    await lake.append([{ id: 5n, place: { town: "Linz" } }] as never);
    const none = { label: null, place: null, part: null, tags: null, gone: null };
    await agree([
      { ...none, id: "1", label: "u", place: { town: "Wien", zip: ["1010"] }, part: "a" },
      { ...none, id: "2", part: "c" },
      { ...none, id: "3", label: "z", part: "a", tags: [["k", { n: "1" }]] },
      {
        ...none,
        id: "4",
        label: "w",
        place: { town: "Graz", zip: null },
        part: "b",
        tags: [["q", { n: null }]],
        gone: "2026-01-01",
      },
      { ...none, id: "5", place: { town: "Linz", zip: null } },
    ]);
  });
}

test("types widened by us and then by Spark", async ({ spark, store, agree }) => {
  const table = defineTable("t", {
    a: nullable(int8()),
    b: nullable(int32()),
    c: nullable(float32()),
    d: nullable(decimal(6, 2)),
    e: nullable(date()),
    s: nullable(struct({ x: nullable(int16()) })),
  });
  const ours = await createTable(store, table, {
    properties: { "delta.enableTypeWidening": "true", "delta.feature.timestampNtz": "supported" },
  });
  await ours.append([{ a: 1, b: 2, c: 1.5, d: "1234.56", e: "2020-01-01", s: { x: 5 } }]);
  await ours.alter({
    widenColumns: {
      a: nullable(int32()),
      b: nullable(int64()),
      c: nullable(float64()),
      d: nullable(decimal(12, 4)),
      e: nullable(naiveTimestamp()),
      s: nullable(struct({ x: nullable(int32()) })),
    },
  });
  await ours.append([
    {
      a: 100_000,
      b: 5_000_000_000n,
      c: 0.1,
      d: "12345678.1234",
      e: "2020-01-01T10:00:00",
      s: { x: 70_000 },
    },
  ] as never);
  const first = { a: "1", b: "2", c: 1.5, e: "2020-01-01T00:00:00.000000" };
  const second = { a: "100000", b: "5000000000", c: 0.1, e: "2020-01-01T10:00:00.000000" };
  await agree([
    { ...first, d: "1234.5600", s: { x: "5" } },
    { ...second, d: "12345678.1234", s: { x: "70000" } },
  ]);
  await spark("ALTER TABLE T ALTER COLUMN s.x TYPE BIGINT");
  await spark("ALTER TABLE T ALTER COLUMN d TYPE DECIMAL(20, 6)");
  await spark("INSERT INTO T SELECT a, b, c, d, e, struct(s.x + 9000000000) FROM T WHERE d > 2000");
  await agree([
    { ...first, d: "1234.560000", s: { x: "5" } },
    { ...second, d: "12345678.123400", s: { x: "70000" } },
    { ...second, d: "12345678.123400", s: { x: "9000070000" } },
  ]);
});

/** The same numbers in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

test("Spark skips files by our statistics, and misses no row", async ({ spark, store }) => {
  const table = defineTable("t", {
    d: nullable(decimal(30, 10)),
    at: nullable(timestamp()),
    s: nullable(utf8()),
    day: nullable(date()),
    f: nullable(float64()),
  });
  const roll = dice(5);
  const some = <V>(value: () => V): V | null => (roll(20) === 0 ? null : value());
  const rows = Array.from({ length: 160 }, () => ({
    d: some(
      () =>
        BigInt(roll(2) * 2 - 1) * BigInt(roll(1e9)) * BigInt(roll(1e9)) * 10n ** BigInt(roll(10)),
    ),
    at: some(() => BigInt(roll(4e6) - 2e6) * 1_000_003n),
    // Beyond the 32 characters that statistics keep, with characters on either side of the surrogates.
    s: some(
      () =>
        "é😀long ".repeat(roll(8)) +
        String.fromCodePoint([0x20, 0x7a, 0xfffd, 0x10ffff][roll(4)]!) +
        roll(100),
    ),
    day: some(() => new Date((roll(80_000) - 40_000) * 86_400_000).toISOString().slice(0, 10)),
    f: some(() => (roll(10) === 0 ? NaN : (roll(2000) - 1000) / 7)),
  }));
  type Row = (typeof rows)[number];
  const text = (unscaled: bigint): string => {
    const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(11, "0");
    return `${unscaled < 0n ? "-" : ""}${digits.slice(0, -10)}.${digits.slice(-10)}`;
  };
  const compare = (a: unknown, b: unknown): number =>
    typeof a === "string"
      ? Buffer.compare(Buffer.from(a), Buffer.from(b as string))
      : // NaN is above all numbers, for Spark.
        Number(Number.isNaN(a)) - Number(Number.isNaN(b)) ||
        Number((a as bigint) > (b as bigint)) - Number((a as bigint) < (b as bigint));
  const literals: { readonly [K in keyof Row]: (value: NonNullable<Row[K]>) => string } = {
    d: (value) => `cast('${text(value)}' AS DECIMAL(30, 10))`,
    at: (value) => `timestamp_micros(${value})`,
    s: (value) => `'${value}'`,
    day: (value) => `date'${value}'`,
    f: (value) => `cast('${value}' AS DOUBLE)`,
  };
  const columns = Object.keys(literals) as (keyof Row)[];
  const ours = await createTable(store, table);
  for (const column of columns) {
    // Files with a narrow range of one column each.
    const sorted = rows.toSorted((a, b) =>
      a[column] === null ? -1 : b[column] === null ? 1 : compare(a[column], b[column]),
    );
    for (let k = 0; k < 4; k++) {
      const part = sorted.slice(40 * k, 40 * k + 40);
      await ours.append(part.map((row) => ({ ...row, d: row.d === null ? null : text(row.d) })));
    }
  }
  const conditions: string[] = [];
  const wanted: { k: string; n: string }[] = [];
  for (const column of columns) {
    const literal = literals[column] as (value: unknown) => string;
    for (let k = 0; k < 4; k++) {
      const bounds = [roll(160), roll(160)]
        .map((at) => rows[at]![column])
        .filter((v) => v !== null);
      const [low, high] = bounds.sort(compare);
      if (high === undefined) continue;
      conditions.push(
        `${column} >= ${literal(low)} AND ${column} ${k % 2 ? "<" : "<="} ${literal(high)}`,
      );
      const inside = rows.filter((row) => {
        const value = row[column];
        if (value === null || compare(value, low) < 0) return false;
        return compare(value, high) <= (k % 2 ? -1 : 0);
      });
      // Every row is in the table once for each column it was sorted by.
      wanted.push({ k: String(wanted.length), n: String(inside.length * columns.length) });
    }
  }
  const told = await spark(
    conditions
      .map((where, k) => `SELECT ${k} AS k, count(*) AS n FROM T WHERE ${where}`)
      .join(" UNION ALL "),
  );
  expect(told.toSorted((a, b) => Number(a["k"]) - Number(b["k"]))).toEqual(wanted);
});
