export { s3Store } from "./store/s3/s3-store.ts";
export type { S3Credentials, S3Encryption, S3StoreOptions } from "./store/s3/options.ts";
