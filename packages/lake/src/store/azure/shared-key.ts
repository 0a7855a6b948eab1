import { fromBase64, toBase64 } from "../byte-text.ts";
import type { HttpRequest } from "../http/answer.ts";

/** Standard headers of the string to sign, in its order; `content-length` is special, `date` stays empty beside x-ms-date. */
const SIGNED = [
  "content-encoding",
  "content-language",
  "content-length",
  "content-md5",
  "content-type",
  "date",
  "if-modified-since",
  "if-match",
  "if-none-match",
  "if-unmodified-since",
  "range",
];

/**
 * The string to sign of Shared Key authorization:
 * https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
 */
export function stringToSign(request: HttpRequest, account: string): string {
  const headers = new Map<string, string>(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const length = request.body?.length ?? 0;
  headers.set("content-length", length === 0 ? "" : String(length));
  const own = [...headers]
    .filter(([name]) => name.startsWith("x-ms-"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}:${value.trim()}\n`);
  const url = new URL(request.url);
  const query = [...url.searchParams]
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `\n${name}:${value}`);
  return [
    request.method,
    ...SIGNED.map((name) => headers.get(name) ?? ""),
    `${own.join("")}/${account}${url.pathname}${query.join("")}`,
  ].join("\n");
}

/** Signs with the key of an account (HMAC-SHA256). */
export class SharedKey {
  private readonly account: string;
  private readonly key: ReturnType<typeof crypto.subtle.importKey>;

  constructor(account: string, key: string) {
    this.account = account;
    this.key = crypto.subtle.importKey(
      "raw",
      fromBase64(key),
      { name: "HMAC", hash: "SHA-256" },
      false,
      ["sign"],
    );
    this.key.catch(() => {});
  }

  async authorization(request: HttpRequest): Promise<string> {
    const text = new TextEncoder().encode(stringToSign(request, this.account));
    const signature = new Uint8Array(await crypto.subtle.sign("HMAC", await this.key, text));
    return `SharedKey ${this.account}:${toBase64(signature)}`;
  }
}
