import { showValue } from "@lakewright/core";
import { checkOptions, invalidOption, isObject, type OptionCheck } from "../../options.ts";
import {
  checkAddress,
  isFlag,
  isText,
  type TransportOptions,
  transportChecks,
} from "../http/options.ts";
import { trimSlashes } from "../paths.ts";

export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
  /** When they end; a provider is asked again a minute before. Default never. */
  readonly expiration?: Date | undefined;
}

/** How the server encrypts what is written; `customer` keys (32 bytes) are needed for reading as well. */
export type S3Encryption =
  | { readonly kind: "AES256" }
  | { readonly kind: "aws:kms"; readonly keyId?: string | undefined }
  | { readonly kind: "customer"; readonly key: Uint8Array };

export interface S3StoreOptions extends TransportOptions {
  readonly bucket: string;
  /** Where in the bucket the store begins: "lake/prod". Default the whole bucket. */
  readonly prefix?: string | undefined;
  /** Default "us-east-1". */
  readonly region?: string | undefined;
  /** Of another server than Amazon's: "https://minio.example.com". */
  readonly endpoint?: string | undefined;
  /** The bucket in the path instead of the host name. Default true with `endpoint` and for buckets with a dot. */
  readonly forcePathStyle?: boolean | undefined;
  /**
   * Keys, or a function that gives them, such as the providers of Amazon's SDK; it is asked again before they expire and
   * when the server says they have. Default none: requests are not signed, which public buckets allow.
   */
  readonly credentials?: S3Credentials | (() => Promise<S3Credentials>) | undefined;
  /** Server-side encryption. Default as the bucket has it. */
  readonly sse?: S3Encryption | undefined;
  /**
   * Whether the first `putIfAbsent` first proves, with objects it deletes again, that the server refuses the second writer
   * of an object. Default true. A server that does not loses commits: turn it off only for one you have proven yourself.
   */
  readonly probe?: boolean | undefined;
}

const BUCKET = /^[a-zA-Z0-9][a-zA-Z0-9._-]{1,253}[a-zA-Z0-9]$/;

const isCredentials: OptionCheck = (value) => {
  if (typeof value === "function") return undefined;
  const { accessKeyId, secretAccessKey } = (value ?? {}) as Partial<S3Credentials>;
  return isText(accessKeyId) || isText(secretAccessKey)
    ? "{ accessKeyId, secretAccessKey, sessionToken? } or a function that gives them"
    : undefined;
};

const isEncryption: OptionCheck = (value) => {
  const { kind, key, keyId } = (value ?? {}) as { kind?: unknown; key?: unknown; keyId?: unknown };
  const known =
    kind === "AES256" ||
    (kind === "aws:kms" && (keyId === undefined || typeof keyId === "string")) ||
    (kind === "customer" && key instanceof Uint8Array && key.length === 32);
  return known
    ? undefined
    : '{ kind: "AES256" }, { kind: "aws:kms", keyId? } or { kind: "customer", key } with 32 bytes';
};

export function checkS3Options(options: S3StoreOptions): void {
  const { credentials, sse, ...shown } = options;
  checkAddress("s3Store: endpoint", options.endpoint);
  checkOptions("s3Store", shown, {
    ...transportChecks,
    bucket: (value) =>
      typeof value === "string" && BUCKET.test(value) ? undefined : "the name of a bucket",
    prefix: (value) => (typeof value === "string" ? undefined : "a text"),
    region: isText,
    endpoint: isText,
    forcePathStyle: isFlag,
    probe: isFlag,
    // Named here for the list of options; what they hold is checked below and never shown.
    credentials: isObject,
    sse: isObject,
  });
  if (options.bucket === undefined) {
    throw invalidOption(`s3Store: bucket is ${showValue(options.bucket)}; it must be a name.`);
  }
  for (const [name, value, check] of [
    ["credentials", credentials, isCredentials],
    ["sse", sse, isEncryption],
  ] as const) {
    const wanted = value === undefined ? undefined : check(value);
    if (wanted !== undefined) throw invalidOption(`s3Store: ${name} must be ${wanted}.`);
  }
}

/** The address keys are appended to, with a slash at its end. */
export function bucketUrl(options: S3StoreOptions): string {
  const { bucket, region = "us-east-1", endpoint } = options;
  const pathStyle = options.forcePathStyle ?? (endpoint !== undefined || bucket.includes("."));
  const china = region.startsWith("cn-") ? ".cn" : "";
  const base = new URL(endpoint ?? `https://s3.${region}.amazonaws.com${china}`);
  const path = trimSlashes(base.pathname);
  if (!pathStyle) base.hostname = `${bucket}.${base.hostname}`;
  const parts = [path, pathStyle ? bucket : ""].filter((part) => part !== "");
  return `${base.origin}/${parts.map((part) => `${part}/`).join("")}`;
}
