export { parquetEncryption } from "./parquet/encryption/encryption.ts";
export { localKeys } from "./parquet/encryption/local-keys.ts";
export type {
  EncryptionAlgorithm,
  EncryptionOptions,
  KeyManagement,
  ParquetEncryption,
} from "./parquet/encryption/types.ts";
