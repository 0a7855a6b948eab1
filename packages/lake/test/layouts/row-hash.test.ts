import { createHash } from "node:crypto";
import {
  decimal,
  defineTable,
  float64,
  int32,
  int64,
  list,
  map,
  nullable,
  struct,
  timestamp,
  toBatch,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { rowHashes } from "../../src/layouts/bronze/row-hash.ts";
import { Sha256 } from "../../src/layouts/bronze/sha256.ts";

test("digests are those of OpenSSL, for messages of every length around a block", () => {
  const sha = new Sha256();
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(5), (bytes, shift) => {
      const padded = new Uint8Array([...new Uint8Array(shift), ...bytes, 7]);
      const out = new Uint8Array(64);
      sha.digest(padded, shift, shift + bytes.length, out, 0);
      return Buffer.from(out).toString() === createHash("sha256").update(bytes).digest("hex");
    }),
    { numRuns: 400 },
  );
});

const columns = {
  id: int64(),
  name: nullable(utf8()),
  amount: nullable(decimal(10, 2)),
  ratio: nullable(float64()),
  at: nullable(timestamp("us")),
  tags: nullable(list(nullable(utf8()))),
  labels: nullable(map(utf8(), nullable(int32()))),
  address: nullable(struct({ city: nullable(utf8()), zip: nullable(int32()) })),
};
const table = defineTable("t", columns);
type Input = Parameters<typeof toBatch<typeof table>>[1][number];

function hashes(
  of: typeof table,
  rows: readonly object[],
  names = Object.keys(of.columns),
): string[] {
  const bytes = rowHashes(of, toBatch(of, rows as Input[]), names);
  return rows.map((_, k) => Buffer.from(bytes.subarray(64 * k, 64 * k + 64)).toString());
}

/** The encoding as its comment describes it, written a second time and without care for speed. */
function naiveHash(row: Record<string, unknown>): string {
  const u32 = (n: number): Buffer => Buffer.from(Uint32Array.of(n).buffer);
  const i64 = (n: bigint): Buffer => Buffer.from(BigInt64Array.of(n).buffer);
  const text = (s: string): Buffer => Buffer.concat([u32(Buffer.byteLength(s)), Buffer.from(s)]);
  const tag = (t: string, ...rest: Buffer[]): Buffer => Buffer.concat([Buffer.from(t), ...rest]);
  const zero = Buffer.from([0]);
  const parts: Buffer[] = [];
  const put = (name: string, value: Buffer | undefined): void => {
    if (value) parts.push(text(name), value);
  };
  const { address, amount, at, id, labels, name, ratio, tags } = row;
  const given = <V>(value: V | null | undefined, make: (value: V) => Buffer): Buffer | undefined =>
    value === null || value === undefined ? undefined : make(value);
  const int = (n: number | bigint): Buffer => tag("i", i64(BigInt(n)));
  put(
    "address",
    given(address as { city: string | null; zip: number | null }, ({ city, zip }) => {
      const fields = [
        ...(city === null ? [] : [text("city"), tag("s", text(city))]),
        ...(zip === null ? [] : [text("zip"), int(zip)]),
      ];
      return tag("{", u32(fields.length / 2), ...fields);
    }),
  );
  put(
    "amount",
    given(amount as string, (value) => tag("d", text(String(Number(value))))),
  );
  put(
    "at",
    given(at as bigint, (value) => tag("t", i64(value))),
  );
  put("id", int(id as bigint));
  put(
    "labels",
    given(labels as [string, number | null][], (entries) => {
      const encoded = entries.map(([k, v]) =>
        Buffer.concat([tag("s", text(k)), v === null ? zero : int(v)]),
      );
      return tag("m", u32(entries.length), ...encoded.sort(Buffer.compare));
    }),
  );
  put(
    "name",
    given(name as string, (value) => tag("s", text(value))),
  );
  put(
    "ratio",
    given(ratio as number, (value) => {
      const bytes = Buffer.alloc(8);
      bytes.writeDoubleLE(value === 0 ? 0 : value);
      return tag("f", bytes);
    }),
  );
  put(
    "tags",
    given(tags as (string | null)[], (items) =>
      tag("[", u32(items.length), ...items.map((s) => (s === null ? zero : tag("s", text(s))))),
    ),
  );
  return createHash("sha256").update(Buffer.concat(parts)).digest("hex");
}

const word = fc.string({ unit: "grapheme", maxLength: 40 });
const opt = <V>(arbitrary: fc.Arbitrary<V>): fc.Arbitrary<V | null> => fc.option(arbitrary);
const anyRow = fc.record({
  id: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  name: opt(word),
  amount: opt(fc.integer({ min: -99999, max: 99999 }).map((n) => (n / 100).toFixed(2))),
  ratio: opt(fc.double({ noNaN: true })),
  at: opt(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })),
  tags: opt(fc.array(opt(word), { maxLength: 3 })),
  labels: opt(
    fc.uniqueArray(fc.tuple(word, opt(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }))), {
      selector: ([key]) => key,
      maxLength: 3,
    }),
  ),
  address: opt(fc.record({ city: opt(word), zip: opt(fc.nat(99999)) })),
});

test("the hash is that of the documented bytes, whatever batch a row comes in", () => {
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 8 }), (rows) => {
      const together = hashes(table, rows);
      expect(together).toEqual(rows.map(naiveHash));
      expect(rows.flatMap((row) => hashes(table, [row]))).toEqual(together);
    }),
    { numRuns: 150 },
  );
});

test("neither the order of columns nor wider types nor a new empty column change it", () => {
  const row = { id: 7, name: "é", amount: "1.50" };
  const narrow = defineTable("t", { id: int32(), name: utf8(), amount: decimal(6, 2) });
  const wide = defineTable("t", {
    extra: nullable(utf8()),
    amount: decimal(20, 6),
    name: utf8(),
    id: int64(),
  });
  const one = rowHashes(narrow, toBatch(narrow, [row]), ["id", "name", "amount"]);
  const other = rowHashes(wide, toBatch(wide, [row]), ["name", "amount", "extra", "id"]);
  expect(other).toEqual(one);
});

test("values that look alike side by side are told apart", () => {
  const two = defineTable("t", { a: nullable(utf8()), b: nullable(utf8()) });
  const rows = [
    { a: "xy", b: "" },
    { a: "x", b: "y" },
    { a: "", b: "xy" },
    { a: "xy" },
    { b: "xy" },
    {},
  ];
  const bytes = rowHashes(two, toBatch(two, rows), ["a", "b"]);
  const seen = new Set(rows.map((_, k) => String(bytes.subarray(64 * k, 64 * k + 64))));
  expect(seen.size).toBe(rows.length);
});
