import {
  defineTable,
  int64,
  list,
  nullable,
  struct,
  toBatch,
  toRows,
  utf8,
} from "@lakewright/core";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";
import { type KeyManagement, parquetEncryption } from "../../src/encryption.ts";
import { bytesAccess, openParquet } from "../../src/parquet.ts";
import { encodeFile } from "./tables.ts";

const engines = pythonEngines();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lakewright-encryption-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const masterKeys: Readonly<Record<string, Uint8Array>> = {
  table: new Uint8Array(16).fill(3),
  pay: new Uint8Array(16).fill(5),
};
const base64Keys = JSON.stringify(
  Object.fromEntries(
    Object.entries(masterKeys).map(([id, key]) => [id, Buffer.from(key).toString("base64")]),
  ),
);

/** As encryption.py wraps. */
const keys: KeyManagement = {
  wrapKey: (key, id) => Buffer.from(mixed(key, id)).toString("base64"),
  unwrapKey: (wrapped, id) => mixed(Buffer.from(wrapped, "base64"), id),
};
function mixed(key: Uint8Array, id: string): Uint8Array {
  const master = masterKeys[id]!;
  return Uint8Array.from(key, (byte, k) => byte ^ master[k % master.length]!);
}

const staff = defineTable("staff", {
  id: int64(),
  name: utf8(),
  pay: nullable(int64()),
  home: struct({ city: utf8(), tags: list(utf8()) }),
});
const rows = Array.from({ length: 3000 }, (_, k) => ({
  id: k,
  name: `name ${k % 7}`,
  pay: k % 5 === 0 ? null : k * 1000,
  home: { city: `city ${k}`, tags: ["a", `tag ${k}`] },
}));

const pyarrow = (...args: readonly string[]): string =>
  engines!.run(join(import.meta.dirname, "encryption.py"), ...args);

const ways = [
  ["columns with a key of their own", { columnKeys: { pay: "pay", "home.city": "pay" } }],
  ["a footer that stays readable", { columnKeys: { pay: "pay" }, plaintextFooter: true }],
  ["AES_GCM_CTR_V1", { columnKeys: { pay: "pay" }, algorithm: "AES_GCM_CTR_V1" as const }],
  ["keys of 256 bits", { columnKeys: { name: "pay" }, keyBits: 256 as const }],
  ["one key", {}],
] as const;

describe.runIf(engines)("pyarrow and we read each other's encrypted files", () => {
  it.each(ways)("pyarrow reads ours: %s", async (_, how) => {
    const encryption = await parquetEncryption({ keys, footerKey: "table", ...how });
    const options = { rowGroupRows: 1000, encryption };
    const path = join(folder, "ours.parquet");
    writeFileSync(path, encodeFile(staff, [toBatch(staff, rows)], options).bytes);
    const told = pyarrow("read", path, base64Keys).trimEnd().split("\n");
    expect(told.map((line) => JSON.parse(line) as unknown)).toEqual(rows);
  });

  it.each([
    [
      "columns with a key of their own",
      { column_keys: { pay: ["pay", "home.city"], table: ["id"] } },
    ],
    ["a footer that stays readable", { column_keys: { pay: ["pay"] }, plaintext_footer: true }],
    ["AES_GCM_CTR_V1", { column_keys: { pay: ["pay"] }, encryption_algorithm: "AES_GCM_CTR_V1" }],
    ["keys of 256 bits", { column_keys: { pay: ["name"] }, data_key_length_bits: 256 }],
    ["one key", { uniform_encryption: true }],
  ])("we read pyarrow's: %s", async (_, how) => {
    const path = join(folder, "theirs.parquet");
    const options = { footer_key: "table", double_wrapping: false, ...how };
    pyarrow("write", path, base64Keys, JSON.stringify(options));
    const encryption = await parquetEncryption({ keys, footerKey: "table" });
    const file = await openParquet(bytesAccess(readFileSync(path)), { encryption });
    const found: unknown[] = [];
    for await (const batch of file.read()) found.push(...toRows(batch));
    expect(found).toEqual(
      rows.map((row) => ({
        ...row,
        id: BigInt(row.id),
        pay: row.pay === null ? null : BigInt(row.pay),
      })),
    );
  });
});
