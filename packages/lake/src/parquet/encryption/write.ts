import { LakeError } from "../../errors.ts";
import { MAGIC } from "../format/constants.ts";
import type { ChunkMetadata, FileMetadata } from "../format/footer.ts";
import { encodeChunkMetadata, encodeFileCrypto, encodeFooter } from "../format/footer-writer.ts";
import { encryptChunk } from "./chunk.ts";
import { type Ciphers, joined } from "./ciphers.ts";
import type { DataKey } from "./key-material.ts";
import { Module, ModuleCipher } from "./modules.ts";
import type { AlgorithmInfo, EncryptionAlgorithm, FileEncryptor } from "./types.ts";

const UNIQUE_BYTES = 8;
/** What an encrypted file begins and ends with. */
const ENCRYPTED_MAGIC: Uint8Array = Uint8Array.of(0x50, 0x41, 0x52, 0x45);

/** The keys of columns, by path. */
export class ColumnKeys {
  private readonly byPath: ReadonlyMap<string, DataKey>;

  constructor(byPath: ReadonlyMap<string, DataKey>) {
    this.byPath = byPath;
  }

  /** The key of a column, or of the group it is in. */
  keyOf(path: readonly string[]): DataKey | undefined {
    for (let end = path.length; end > 0; end--) {
      const key = this.byPath.get(path.slice(0, end).join("."));
      if (key) return key;
    }
    return undefined;
  }

  /** Refuses a key for a column that is not there: a name mistyped would leave another column open. */
  check(columns: readonly (readonly string[])[]): void {
    for (const path of this.byPath.keys()) {
      if (columns.some((column) => `${column.join(".")}.`.startsWith(`${path}.`))) continue;
      throw new LakeError(
        "LAKE_INVALID_OPTION",
        `columnKeys names "${path}", which is no column.`,
        {
          hint: `Columns are ${columns.map((column) => column.join(".")).join(", ")}.`,
          details: { column: path },
        },
      );
    }
  }
}

export interface SealerSettings {
  readonly algorithm: EncryptionAlgorithm;
  readonly aadPrefix: Uint8Array | undefined;
  readonly plaintextFooter: boolean;
}

/** Encrypts the chunks and the footer of one file. */
export class FileSealer implements FileEncryptor {
  private readonly ciphers: Ciphers;
  private readonly footerKey: DataKey;
  private readonly columns: ColumnKeys;
  private readonly plaintextFooter: boolean;
  private readonly info: AlgorithmInfo;
  private readonly fileAad: Uint8Array;
  private readonly byKey = new Map<DataKey, ModuleCipher>();

  constructor(ciphers: Ciphers, footerKey: DataKey, columns: ColumnKeys, settings: SealerSettings) {
    const { algorithm, aadPrefix, plaintextFooter } = settings;
    this.ciphers = ciphers;
    this.footerKey = footerKey;
    this.columns = columns;
    this.plaintextFooter = plaintextFooter;
    const aadFileUnique = crypto.getRandomValues(new Uint8Array(UNIQUE_BYTES));
    this.info = { algorithm, aadPrefix, aadFileUnique, supplyAadPrefix: false };
    this.fileAad = joined(aadPrefix ?? new Uint8Array(), aadFileUnique);
  }

  get magic(): Uint8Array {
    return this.plaintextFooter ? MAGIC : ENCRYPTED_MAGIC;
  }

  chunk(
    bytes: Uint8Array,
    metadata: ChunkMetadata,
    rowGroup: number,
    column: number,
  ): { readonly bytes: Uint8Array; readonly metadata: ChunkMetadata } {
    const own = this.columns.keyOf(metadata.path);
    if (!own && this.plaintextFooter) return { bytes, metadata };
    const cipher = this.cipherOf(own ?? this.footerKey);
    const sealed = encryptChunk(cipher, bytes, metadata, rowGroup, column);
    if (!own)
      return { ...sealed, metadata: { ...sealed.metadata, crypto: { kind: "footer-key" } } };
    const plain = encodeChunkMetadata(sealed.metadata);
    return {
      bytes: sealed.bytes,
      metadata: {
        ...sealed.metadata,
        // Bounds are values.
        statistics: undefined,
        crypto: { kind: "column-key", path: metadata.path, keyMetadata: own.metadata },
        sealed: cipher.seal(Module.COLUMN_METADATA, [rowGroup, column], plain),
      },
    };
  }

  end(file: FileMetadata): readonly Uint8Array[] {
    const cipher = this.cipherOf(this.footerKey);
    const { metadata: keyMetadata } = this.footerKey;
    const { info: algorithm } = this;
    const footer = encodeFooter(
      this.plaintextFooter ? { ...file, crypto: { algorithm, keyMetadata } } : file,
    );
    const parts = this.plaintextFooter
      ? [footer, cipher.sign(footer)]
      : [encodeFileCrypto(algorithm, keyMetadata), cipher.seal(Module.FOOTER, [], footer)];
    const length = new Uint8Array(4);
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    new DataView(length.buffer).setUint32(0, bytes, true);
    return [...parts, length, this.magic];
  }

  private cipherOf(key: DataKey): ModuleCipher {
    let cipher = this.byKey.get(key);
    if (!cipher) {
      const streams = this.info.algorithm === "AES_GCM_CTR_V1";
      cipher = new ModuleCipher(this.ciphers, key.key, this.fileAad, streams);
      this.byKey.set(key, cipher);
    }
    return cipher;
  }
}
