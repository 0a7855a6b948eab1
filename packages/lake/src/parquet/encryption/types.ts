import type { ChunkMetadata, FileMetadata } from "../format/footer.ts";

/**
 * What keeps master keys: a key management service, a vault, a file. It wraps the data keys of files; the texts it gives
 * are stored in the files. The interface is that of Parquet's key tools (KmsClient of Spark and pyarrow).
 */
export interface KeyManagement {
  /** Encrypts a data key with a master key. */
  wrapKey(dataKey: Uint8Array, masterKeyId: string): string | Promise<string>;
  /** Gives back the data key; throws where the master key is not the caller's to use. */
  unwrapKey(wrapped: string, masterKeyId: string): Uint8Array | Promise<Uint8Array>;
}

/** "AES_GCM_V1" authenticates everything; "AES_GCM_CTR_V1" is faster for pages, which it does not authenticate. */
export type EncryptionAlgorithm = "AES_GCM_V1" | "AES_GCM_CTR_V1";

export interface EncryptionOptions {
  readonly keys: KeyManagement;
  /** Id of the master key for footers, and for the columns that have no key of their own. */
  readonly footerKey: string;
  /** Ids of master keys by column path joined by dots (`salary`, `address.city`); a path of a group takes the columns in it. */
  readonly columnKeys?: Readonly<Record<string, string>> | undefined;
  /** Leaves columns without a key of their own readable, and footers signed but not encrypted. Default false. */
  readonly plaintextFooter?: boolean | undefined;
  /** Default "AES_GCM_V1". */
  readonly algorithm?: EncryptionAlgorithm | undefined;
  /** Bits of the data keys. Default 128. */
  readonly keyBits?: 128 | 192 | 256 | undefined;
  /** Binds files to what they are for, so that one cannot be put in the place of another. Stored in the files. Default none. */
  readonly aadPrefix?: Uint8Array | undefined;
}

/** How the footer names the key of a column chunk. */
export type ChunkCrypto =
  | { readonly kind: "footer-key" }
  | {
      readonly kind: "column-key";
      readonly path: readonly string[];
      readonly keyMetadata: Uint8Array;
    };

/** The union EncryptionAlgorithm of the format. */
export interface AlgorithmInfo {
  readonly algorithm: EncryptionAlgorithm;
  readonly aadPrefix?: Uint8Array | undefined;
  readonly aadFileUnique: Uint8Array;
  /** Whether the reader must bring the prefix. */
  readonly supplyAadPrefix: boolean;
}

/** Encrypts the parts of one file. */
export interface FileEncryptor {
  /** What the file begins with: "PARE", or "PAR1" where the footer stays readable. */
  readonly magic: Uint8Array;
  /** A column chunk whose pages are encrypted, with the places and sizes it has then. */
  chunk(
    bytes: Uint8Array,
    metadata: ChunkMetadata,
    rowGroup: number,
    column: number,
  ): { readonly bytes: Uint8Array; readonly metadata: ChunkMetadata };
  /** The end of the file: the footer, its length and the magic number. */
  end(file: FileMetadata): readonly Uint8Array[];
}

/** Decrypts the parts of one file. */
export interface FileDecryptor {
  /** The footer, with the metadata of the columns whose keys could be had. */
  readonly file: FileMetadata;
  /** The chunk as it was before it was encrypted. */
  chunk(bytes: Uint8Array, metadata: ChunkMetadata, rowGroup: number, column: number): Uint8Array;
}

/** Encryption of Parquet files ("Parquet Modular Encryption"), for writing and reading. Made by `parquetEncryption`. */
export interface ParquetEncryption {
  /** Ids of the master keys. */
  readonly footerKey: string;
  readonly columnKeys: Readonly<Record<string, string>>;
  /** The same keys for columns that have other paths in files. */
  renamed(pathInFile: (path: string) => string): ParquetEncryption;
  /** Whether the values of a column must not appear elsewhere, as in the statistics of a table's log. */
  hides(path: readonly string[]): boolean;
  /**
   * Begins a file with these leaf columns.
   *
   * @throws LakeError LAKE_INVALID_OPTION where a column that has a key is not among them.
   */
  begin(columns: readonly (readonly string[])[]): FileEncryptor;
  /** Reads a footer that is encrypted, or signed: the bytes between the columns and the length. */
  open(footer: Uint8Array, isEncrypted: boolean): Promise<FileDecryptor>;
}
