import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { pythonEngines } from "../../../../tools/services/python-engines.ts";
import { type KeyManagement, parquetEncryption } from "../../src/encryption.ts";
import { createTable, eq } from "../../src/index.ts";
import { localStore } from "../../src/node.ts";

const engines = pythonEngines();

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
const mixed = (key: Uint8Array, id: string): Uint8Array =>
  Uint8Array.from(key, (byte, k) => byte ^ masterKeys[id]![k % 16]!);
const keys: KeyManagement = {
  wrapKey: (key, id) => Buffer.from(mixed(key, id)).toString("base64"),
  unwrapKey: (wrapped, id) => mixed(Buffer.from(wrapped, "base64"), id),
};

const staff = defineTable("staff", { id: int64(), pay: nullable(int64()), name: utf8() });

test.runIf(engines)(
  "pyarrow reads the data files of an encrypted table with the same keys",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "lakewright-encrypted-"));
    try {
      const encryption = await parquetEncryption({
        keys,
        footerKey: "table",
        columnKeys: { pay: "pay" },
      });
      const table = await createTable(localStore(folder), staff, { encryption });
      for (let k = 0; k < 3; k++) {
        await table.append(
          Array.from({ length: 50 }, (_, i) => ({ id: 50 * k + i, pay: i * 100, name: `n ${i}` })),
        );
      }
      await table.update({ where: eq("id", 7n), set: { pay: null } });
      await table.optimize();
      const script = join(import.meta.dirname, "../parquet/encryption.py");
      const read = table.files().flatMap(({ path }) =>
        engines!
          .run(script, "read", join(folder, path), base64Keys)
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line) as Record<string, unknown>),
      );
      const ours = (await table.scan().rows()).map(({ id, pay, name }) => ({
        id: Number(id),
        pay: pay === null ? null : Number(pay),
        name,
      }));
      expect(read).toEqual(ours);
      expect(read.find(({ id }) => id === 7)).toMatchObject({ pay: null });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
