import { toBase64 } from "../byte-text.ts";
import { systemClock } from "../clock.ts";
import type { HttpAnswer, HttpRequest } from "../http/answer.ts";
import { encodePath, encodeRfc3986 } from "../http/range.ts";
import { Transport } from "../http/transport.ts";
import { type AzureEncryption, type AzureStoreOptions, containerUrl } from "./options.ts";
import { SharedKey } from "./shared-key.ts";

const API_VERSION = "2021-12-02";

export interface AzureRequest {
  readonly method: HttpRequest["method"];
  /** Of the blob, from the root of the container. Undefined for the container. */
  readonly name?: string | undefined;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** "read" and "write" touch the content of a blob: a key of the caller's is told. */
  readonly content?: "read" | "write" | undefined;
  readonly body?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A container: builds, signs and sends requests. All stores moved down from one share it. */
export class AzureConnection {
  readonly url: string;
  private readonly sas: string;
  private readonly sharedKey: SharedKey | undefined;
  private readonly token: (() => Promise<string>) | undefined;
  private readonly encryption: AzureEncryption | undefined;
  private readonly transport: Transport;

  constructor(options: AzureStoreOptions) {
    const { account, credential, encryption } = options;
    this.url = containerUrl(options);
    this.encryption = encryption;
    this.sas = credential && "sas" in credential ? credential.sas.replace(/^\?/, "") : "";
    this.sharedKey =
      credential && "sharedKey" in credential
        ? new SharedKey(account, credential.sharedKey)
        : undefined;
    this.token = credential && "token" in credential ? credential.token : undefined;
    this.transport = new Transport(options, (request) => this.sign(request), "manual");
  }

  async send(request: AzureRequest): Promise<HttpAnswer> {
    const { method, name, query = {}, headers, content, body, signal } = request;
    const search = Object.entries(query).map(([key, value]) => `${key}=${encodeRfc3986(value)}`);
    if (this.sas !== "") search.push(this.sas);
    return this.transport.send(
      {
        method,
        url:
          this.url +
          (name === undefined ? "" : `/${encodePath(name)}`) +
          (search.length > 0 ? `?${search.join("&")}` : ""),
        headers: { ...headers, ...(content && (await this.encryptionHeaders(content))) },
        body,
      },
      { signal },
    );
  }

  /** Each attempt is signed with its own time. */
  private async sign(request: HttpRequest): Promise<HttpRequest> {
    const headers: Record<string, string> = {
      ...request.headers,
      "x-ms-date": new Date(systemClock()).toUTCString(),
      "x-ms-version": API_VERSION,
      // Said by fetch otherwise, behind the signature's back.
      ...(request.body && { "content-type": "application/octet-stream" }),
    };
    const signed = { ...request, headers };
    if (this.sharedKey) headers["authorization"] = await this.sharedKey.authorization(signed);
    else if (this.token) headers["authorization"] = `Bearer ${await this.token()}`;
    return signed;
  }

  private async encryptionHeaders(
    content: "read" | "write",
  ): Promise<Readonly<Record<string, string>>> {
    const { encryption } = this;
    if (encryption?.kind === "scope") {
      return content === "write" ? { "x-ms-encryption-scope": encryption.scope } : {};
    }
    if (!encryption) return {};
    const key = encryption.key as Uint8Array<ArrayBuffer>;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", key));
    return {
      "x-ms-encryption-key": toBase64(key),
      "x-ms-encryption-key-sha256": toBase64(hash),
      "x-ms-encryption-algorithm": "AES256",
    };
  }
}
