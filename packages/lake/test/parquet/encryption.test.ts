import { defineTable, int64, list, nullable, struct, toBatch, utf8 } from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localKeys, parquetEncryption, type ParquetEncryption } from "../../src/encryption.ts";
import { isLakeError } from "../../src/index.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { portableCiphers, ciphers } from "../../src/parquet/encryption/ciphers.ts";
import { anyCut, anyTable, type AnyRow, batchesOf, encodeFile } from "./tables.ts";
import { toRows } from "@lakewright/core";

const bytes = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);
const keys = localKeys({ table: bytes(16, 1), pay: bytes(32, 2) });

const staff = defineTable("staff", {
  id: int64(),
  name: utf8(),
  pay: nullable(int64()),
  home: struct({ city: utf8(), tags: list(utf8()) }),
});
const rows = Array.from({ length: 500 }, (_, k) => ({
  id: BigInt(k),
  name: `name ${k % 7}`,
  pay: k % 5 === 0 ? null : BigInt(k * 1000),
  home: { city: `city ${k}`, tags: ["a", `tag ${k}`] },
}));

async function read(
  file: Uint8Array,
  encryption?: ParquetEncryption,
  columns?: string[],
): Promise<AnyRow[]> {
  const found: AnyRow[] = [];
  const opened = await openParquet(bytesAccess(file), { name: "staff.parquet", encryption });
  for await (const batch of opened.read({ columns })) found.push(...toRows(batch));
  return found;
}

function encode(encryption: ParquetEncryption, rowGroupRows = 150): Uint8Array {
  return encodeFile(staff, [toBatch(staff, rows)], { rowGroupRows, encryption }).bytes;
}

describe("encrypted Parquet files", () => {
  it.each([
    ["under an encrypted footer", { columnKeys: { pay: "pay", home: "pay" } }],
    ["with one key for all", {}],
    ["under a footer that stays readable", { columnKeys: { pay: "pay" }, plaintextFooter: true }],
    [
      "by the faster algorithm",
      { columnKeys: { pay: "pay" }, algorithm: "AES_GCM_CTR_V1" as const },
    ],
    ["with keys of 256 bits, bound to a prefix", { keyBits: 256 as const, aadPrefix: bytes(9, 7) }],
  ])("are read again %s", async (_, options) => {
    const encryption = await parquetEncryption({ keys, footerKey: "table", ...options });
    const file = encode(encryption);
    expect(await read(file, encryption)).toEqual(rows);
    const other = await parquetEncryption({ keys, footerKey: "table" });
    expect(await read(file, other)).toEqual(rows);
  });

  it("any table, cut any way, comes back the same", async () => {
    await fc.assert(
      fc.asyncProperty(
        anyTable,
        anyCut,
        fc.boolean(),
        async ({ table, rows }, cut, plaintextFooter) => {
          const [first] = table.fields;
          const columnKeys = first ? { [first.name]: "pay" } : {};
          const algorithm = rows.length % 2 === 0 ? "AES_GCM_V1" : "AES_GCM_CTR_V1";
          const options = { keys, footerKey: "table", columnKeys, plaintextFooter };
          const encryption = await parquetEncryption({ ...options, algorithm });
          const { rowGroupRows } = cut;
          const file = encodeFile(table, batchesOf(table, rows, cut), { rowGroupRows, encryption });
          expect(await read(file.bytes, encryption)).toEqual(rows);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("shows no value of an encrypted column in its bytes", async () => {
    const options = { keys, footerKey: "table", columnKeys: { home: "pay" } };
    for (const plaintextFooter of [true, false]) {
      const encryption = await parquetEncryption({ ...options, plaintextFooter });
      const text = Buffer.from(
        encodeFile(staff, [toBatch(staff, rows)], { codec: "none", encryption }).bytes,
      ).toString("latin1");
      expect(text).not.toContain("city 4");
      expect(text).not.toContain("tag 4");
      expect(text.includes("name 4")).toBe(plaintextFooter);
    }
  });

  it("gives the columns one has the keys of, and refuses the others by name", async () => {
    const encryption = await parquetEncryption({
      keys,
      footerKey: "table",
      columnKeys: { pay: "pay" },
    });
    const file = encode(encryption);
    const poorer = localKeys({ table: bytes(16, 1) });
    const limited = await parquetEncryption({ keys: poorer, footerKey: "table" });
    expect((await read(file, limited, ["id", "name"])).length).toBe(rows.length);
    const refused = await read(file, limited, ["pay"]).catch((error: unknown) => error);
    expect(isLakeError(refused, "LAKE_ENCRYPTED")).toBe(true);
    expect(String(refused)).toContain('column "pay"');
    expect(String(refused)).toContain('Master key "pay"');
    await expect(read(file)).rejects.toMatchObject({ code: "LAKE_ENCRYPTED" });
  });

  it("leaves open columns readable to those without any key", async () => {
    const options = { keys, footerKey: "table", columnKeys: { pay: "pay" }, plaintextFooter: true };
    const file = encode(await parquetEncryption(options));
    expect(await read(file, undefined, ["id", "name"])).toEqual(
      rows.map(({ id, name }) => ({ id, name })),
    );
    await expect(read(file, undefined, ["pay"])).rejects.toMatchObject({ code: "LAKE_ENCRYPTED" });
  });

  it("does not take a byte that was changed for a value", async () => {
    const encryption = await parquetEncryption({ keys, footerKey: "table" });
    const file = encode(encryption, 500);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(file.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, by) => {
          const changed = Uint8Array.from(file);
          changed[at]! ^= by;
          const found = await read(changed, encryption).catch((error: unknown) => error);
          // The first four bytes and a part of the key material say nothing that is needed.
          if (!isLakeError(found)) expect(found).toEqual(rows);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("does not take a page of another row group or file for its own", async () => {
    const encryption = await parquetEncryption({ keys, footerKey: "table" });
    const [a, b] = [encode(encryption, 500), encode(encryption, 500)];
    expect(a.length).toBe(b.length);
    const mixed = Uint8Array.from(a);
    mixed.set(b.subarray(4, 200), 4);
    await expect(read(mixed, encryption)).rejects.toMatchObject({ code: "LAKE_ENCRYPTED" });
  });

  it("refuses a key for a column that is not there", async () => {
    const options = { keys, footerKey: "table", columnKeys: { salary: "pay" } };
    const encryption = await parquetEncryption(options);
    expect(() => encode(encryption)).toThrow('columnKeys names "salary", which is no column');
    expect(() => localKeys({ short: bytes(5, 1) })).toThrow("16, 24 or 32 bytes");
    await expect(parquetEncryption({ keys, footerKey: "none" })).rejects.toMatchObject({
      code: "LAKE_ENCRYPTED",
    });
  });

  it("has the same ciphers with and without Node", () => {
    fc.assert(
      fc.property(
        fc
          .constantFrom(16, 24, 32)
          .chain((size) => fc.uint8Array({ minLength: size, maxLength: size })),
        fc.uint8Array({ minLength: 12, maxLength: 12 }),
        fc.uint8Array({ maxLength: 40 }),
        fc.uint8Array({ maxLength: 200 }),
        (key, nonce, aad, plain) => {
          const node = ciphers();
          const sealed = node.seal(key, nonce, aad, plain);
          expect(portableCiphers.seal(key, nonce, aad, plain)).toEqual(sealed);
          expect(portableCiphers.open(key, nonce, aad, sealed)).toEqual(plain);
          expect(node.open(key, nonce, aad, sealed)).toEqual(plain);
          expect(portableCiphers.stream(key, nonce, plain)).toEqual(node.stream(key, nonce, plain));
        },
      ),
    );
  });
});
