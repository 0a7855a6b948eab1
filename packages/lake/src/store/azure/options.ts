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

/** How requests prove who they are from. */
export type AzureCredential =
  /** The key of the storage account, in base64 as the portal shows it. */
  | { readonly sharedKey: string }
  /** A shared access signature: the query of a signed address, with or without "?". */
  | { readonly sas: string }
  /** Asked for every request: give one that keeps its token while it lasts, for the scope `https://storage.azure.com/.default`. */
  | { readonly token: () => Promise<string> };

/** How the server encrypts what is written; `customer` keys (32 bytes) are needed for reading as well. */
export type AzureEncryption =
  | { readonly kind: "scope"; readonly scope: string }
  | { readonly kind: "customer"; readonly key: Uint8Array };

export interface AzureStoreOptions extends TransportOptions {
  readonly account: string;
  readonly container: string;
  /** Where in the container the store begins: "lake/prod". Default the whole container. */
  readonly prefix?: string | undefined;
  /** Default `https://{account}.blob.core.windows.net`, which serves accounts with a hierarchical namespace as well. */
  readonly endpoint?: string | undefined;
  /** Default none, which containers with public access allow. */
  readonly credential?: AzureCredential | undefined;
  /** Server-side encryption. Default as the account has it. */
  readonly encryption?: AzureEncryption | undefined;
  /**
   * Whether the first `putIfAbsent` first proves, with objects it deletes again, that the server refuses the second writer
   * of a blob. Default true. A server that does not loses commits: turn it off only for one you have proven yourself.
   */
  readonly probe?: boolean | undefined;
}

const isCredential: OptionCheck = (value) => {
  const { sharedKey, sas, token } = (value ?? {}) as Record<string, unknown>;
  const known =
    (typeof sharedKey === "string" && /^[A-Za-z0-9+/]+=*$/.test(sharedKey)) ||
    (typeof sas === "string" && sas.includes("sig=")) ||
    typeof token === "function";
  return known ? undefined : "{ sharedKey } in base64, { sas } or { token } as a function";
};

const isEncryption: OptionCheck = (value) => {
  const { kind, key, scope } = (value ?? {}) as Record<string, unknown>;
  const known =
    (kind === "scope" && isText(scope) === undefined) ||
    (kind === "customer" && key instanceof Uint8Array && key.length === 32);
  return known ? undefined : '{ kind: "scope", scope } or { kind: "customer", key } with 32 bytes';
};

export function checkAzureOptions(options: AzureStoreOptions): void {
  const { credential, encryption, ...shown } = options;
  checkAddress("azureStore: endpoint", options.endpoint);
  checkOptions("azureStore", shown, {
    ...transportChecks,
    account: (value) =>
      /^[a-z0-9]{3,24}$/.test(String(value)) ? undefined : "the name of a storage account",
    container: (value) =>
      /^(\$root|\$web|[a-z0-9](-?[a-z0-9]){2,62})$/.test(String(value))
        ? undefined
        : "the name of a container",
    prefix: (value) => (typeof value === "string" ? undefined : "a text"),
    endpoint: isText,
    probe: isFlag,
    // Named here for the list of options; what they hold is checked below and never shown.
    credential: isObject,
    encryption: isObject,
  });
  for (const name of ["account", "container"] as const) {
    if (options[name] === undefined) {
      throw invalidOption(`azureStore: ${name} is ${showValue(undefined)}; it must be a name.`);
    }
  }
  for (const [name, value, check] of [
    ["credential", credential, isCredential],
    ["encryption", encryption, isEncryption],
  ] as const) {
    const wanted = value === undefined ? undefined : check(value);
    if (wanted !== undefined) throw invalidOption(`azureStore: ${name} must be ${wanted}.`);
  }
}

/** The address blob names are appended to, with a slash at its end. */
export function containerUrl({ account, container, endpoint }: AzureStoreOptions): string {
  const base = new URL(endpoint ?? `https://${account}.blob.core.windows.net`);
  const path = trimSlashes(base.pathname);
  return `${base.origin}/${path === "" ? "" : `${path}/`}${container}`;
}
