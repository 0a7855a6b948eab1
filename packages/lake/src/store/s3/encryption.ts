import { toBase64 } from "../byte-text.ts";
import { md5 } from "../md5.ts";
import type { S3Encryption } from "./options.ts";

const HEADER = "x-amz-server-side-encryption";

/** Headers of requests that begin an object: a put, the creation of a multipart upload. */
export function writeEncryption(sse: S3Encryption | undefined): Readonly<Record<string, string>> {
  switch (sse?.kind) {
    case "AES256":
      return { [HEADER]: "AES256" };
    case "aws:kms":
      return {
        [HEADER]: "aws:kms",
        ...(sse.keyId !== undefined && { [`${HEADER}-aws-kms-key-id`]: sse.keyId }),
      };
    default:
      return keyEncryption(sse);
  }
}

/** Headers of every other request that touches the content of an object: a customer's key is told each time. */
export function keyEncryption(sse: S3Encryption | undefined): Readonly<Record<string, string>> {
  if (sse?.kind !== "customer") return {};
  return {
    [`${HEADER}-customer-algorithm`]: "AES256",
    [`${HEADER}-customer-key`]: toBase64(sse.key),
    [`${HEADER}-customer-key-md5`]: toBase64(md5(sse.key)),
  };
}
