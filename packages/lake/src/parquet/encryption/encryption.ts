import { LakeError } from "../../errors.ts";
import { checkOptions, isObject, isOneOf } from "../../options.ts";
import { ciphers } from "./ciphers.ts";
import { createDataKey, type DataKey, unwrapDataKey } from "./key-material.ts";
import { openEncrypted } from "./read.ts";
import type { EncryptionOptions, KeyManagement, ParquetEncryption } from "./types.ts";
import { ColumnKeys, FileSealer } from "./write.ts";

/**
 * Encryption of Parquet files by columns, as the format has it ("Parquet Modular Encryption"): what pyarrow and Spark write
 * and read with the same master keys. Data keys are made here, once for each object this returns, and wrapped by master keys.
 *
 * Statistics of a column with a key of its own are left out of a table's log. Names and types of columns, the number of rows
 * and the sizes of files stay readable in it.
 *
 * Source: parquet-format, Encryption.md; key material of the key tools in Apache Arrow and parquet-java.
 *
 * @throws LakeError LAKE_INVALID_OPTION; what `keys.wrapKey` throws.
 */
export async function parquetEncryption(options: EncryptionOptions): Promise<ParquetEncryption> {
  checkOptions("parquetEncryption", options, {
    keys: isKeyManagement,
    footerKey: isText,
    columnKeys: isObject,
    plaintextFooter: (value) => (typeof value === "boolean" ? undefined : "true or false"),
    algorithm: isOneOf("AES_GCM_V1", "AES_GCM_CTR_V1"),
    keyBits: (value) => ([128, 192, 256].includes(value as number) ? undefined : "128, 192 or 256"),
    aadPrefix: (value) => (value instanceof Uint8Array ? undefined : "bytes"),
  });
  const { keys, footerKey, columnKeys = {}, plaintextFooter = false } = options;
  const { algorithm = "AES_GCM_V1", keyBits = 128, aadPrefix } = options;
  if (typeof footerKey !== "string" || !keys) {
    throw new LakeError("LAKE_INVALID_OPTION", "parquetEncryption needs `keys` and a `footerKey`.");
  }
  const footer = await createDataKey(keys, footerKey, true, keyBits);
  const columns: ColumnKey[] = [];
  for (const [path, id] of Object.entries(columnKeys)) {
    columns.push({ path, id, key: await createDataKey(keys, id, false, keyBits) });
  }
  const settings = { algorithm, aadPrefix, plaintextFooter };
  const unwrap = cached(keys);
  const withColumns = (named: readonly ColumnKey[]): ParquetEncryption => {
    const columnsOf = new ColumnKeys(new Map(named.map(({ path, key }) => [path, key])));
    return {
      footerKey,
      columnKeys: Object.fromEntries(named.map(({ path, id }) => [path, id])),
      renamed: (pathInFile) =>
        withColumns(named.map((column) => ({ ...column, path: pathInFile(column.path) }))),
      hides: (path) => columnsOf.keyOf(path) !== undefined,
      begin(paths) {
        columnsOf.check(paths);
        return new FileSealer(ciphers(), footer, columnsOf, settings);
      },
      open: (bytes, isEncrypted) => openEncrypted(unwrap, aadPrefix, bytes, isEncrypted),
    };
  };
  return withColumns(columns);
}

interface ColumnKey {
  readonly path: string;
  readonly id: string;
  readonly key: DataKey;
}

/** Asks for each wrapped key once: files of one writer have the same. A refusal is asked again. */
function cached(keys: KeyManagement): (metadata: Uint8Array | undefined) => Promise<Uint8Array> {
  const known = new Map<string, Promise<Uint8Array>>();
  return (metadata) => {
    const id = String.fromCharCode(...(metadata ?? []));
    let key = known.get(id);
    if (key) return key;
    known.set(id, (key = unwrapDataKey(keys, metadata)));
    key.catch(() => known.delete(id));
    return key;
  };
}

function isText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? undefined : "the id of a master key";
}

function isKeyManagement(value: unknown): string | undefined {
  const { wrapKey, unwrapKey } = (value ?? {}) as Partial<KeyManagement>;
  const isOne = typeof wrapKey === "function" && typeof unwrapKey === "function";
  return isOne ? undefined : "an object with wrapKey and unwrapKey";
}
