import { AwsV4Signer } from "aws4fetch";
import { toHex } from "../byte-text.ts";
import { systemClock } from "../clock.ts";
import { type HttpAnswer, type HttpRequest, isTransient } from "../http/answer.ts";
import { encodePath, encodeRfc3986 } from "../http/range.ts";
import { checkHeaderValues } from "../http/options.ts";
import { Transport } from "../http/transport.ts";
import { CredentialSource } from "./credentials.ts";
import { bucketUrl, type S3Encryption, type S3StoreOptions } from "./options.ts";
import { s3Reason } from "./s3-errors.ts";

export interface S3Request {
  readonly method: HttpRequest["method"];
  /** Of the object, from the root of the bucket. "" for the bucket. */
  readonly key: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: Uint8Array | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Codes of 409 or 400 for which to repeat the request as well. */
  readonly repeatFor?: readonly string[] | undefined;
}

/** A token that ended while it was used; the others are said where clocks differ a little. */
const ENDED = ["ExpiredToken", "TokenRefreshRequired", "ExpiredTokenException"];
/** Said with status 400, and gone when repeated. */
const PASSING = ["RequestTimeout", "SlowDown", "InternalError", "ServiceUnavailable"];

/** A bucket: builds, signs and sends requests. All stores moved down from one share it. */
export class S3Connection {
  readonly url: string;
  readonly sse: S3Encryption | undefined;
  private readonly credentials: CredentialSource | undefined;
  private readonly region: string;
  private readonly transport: Transport;
  private readonly signingKeys = new Map<string, ArrayBuffer>();

  constructor(options: S3StoreOptions) {
    this.url = bucketUrl(options);
    this.sse = options.sse;
    this.region = options.region ?? "us-east-1";
    this.credentials = options.credentials && new CredentialSource(options.credentials);
    this.transport = new Transport(options, (request) => this.sign(request), "manual");
  }

  async send(request: S3Request): Promise<HttpAnswer> {
    const { method, key, query = {}, headers, body, signal, repeatFor = [] } = request;
    const search = Object.entries(query)
      .map(([name, value]) => `${name}=${encodeRfc3986(value)}`)
      .join("&");
    const url = this.url + encodePath(key) + (search && `?${search}`);
    const again = (answer: HttpAnswer): boolean => {
      if (isTransient(answer)) return true;
      if (answer.status !== 400 && answer.status !== 409) return false;
      return [...PASSING, ...repeatFor].includes(s3Reason(answer).code ?? "");
    };
    const send = (): Promise<HttpAnswer> =>
      this.transport.send({ method, url, headers, body }, { signal, again });
    const answer = await send();
    const refused = answer.status === 400 || answer.status === 403;
    if (!refused || !ENDED.includes(s3Reason(answer).code ?? "") || !this.credentials?.renew()) {
      return answer;
    }
    const renewed = await send();
    return { ...renewed, earlier: [...answer.earlier, ...renewed.earlier] };
  }

  private async sign(request: HttpRequest): Promise<HttpRequest> {
    if (!this.credentials) return request;
    const { accessKeyId, secretAccessKey, sessionToken } = await this.credentials.get();
    const { method, url, body } = request;
    // The hash in the signature lets the server refuse a body that was damaged on the way.
    const hash = body && {
      "x-amz-content-sha256": toHex(
        new Uint8Array(await crypto.subtle.digest("SHA-256", body as Uint8Array<ArrayBuffer>)),
      ),
    };
    checkHeaderValues({
      "x-amz-security-token": sessionToken ?? "",
      // The id of the key is in it, as it is.
      authorization: accessKeyId,
    });
    const signer = new AwsV4Signer({
      method,
      url,
      headers: { ...request.headers, ...hash },
      accessKeyId,
      secretAccessKey,
      ...(sessionToken !== undefined && { sessionToken }),
      service: "s3",
      region: this.region,
      cache: this.signingKeys,
      datetime: new Date(systemClock()).toISOString().replace(/[:-]|\.\d{3}/g, ""),
    });
    const { headers } = await signer.sign();
    return { ...request, headers: Object.fromEntries(headers) };
  }
}
