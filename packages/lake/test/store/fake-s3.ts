import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeS3Options {
  /**
   * What the server makes of `If-None-Match: *`: it honours it; ignores it; looks first and writes 5 ms later; or answers 501.
   * Default "honoured".
   */
  readonly condition?: "honoured" | "ignored" | "racy" | "unknown";
  /** Keys of a listing page. Default 3, so that there are several. */
  readonly pageKeys?: number;
}

interface StoredObject {
  readonly data: Buffer;
  readonly headers: Readonly<Record<string, string>>;
  readonly modified: Date;
  readonly etag: string;
}

export interface FakeS3 {
  readonly endpoint: string;
  readonly objects: Map<string, StoredObject>;
  readonly uploads: Map<string, Map<number, Buffer>>;
  readonly requests: IncomingMessage[];
  stop(): Promise<void>;
}

/** A bucket in memory behind the requests the store sends, for what a real server cannot be made to do. Nothing is verified. */
export async function startFakeS3(options: FakeS3Options = {}): Promise<FakeS3> {
  const objects: FakeS3["objects"] = new Map();
  const uploads: FakeS3["uploads"] = new Map();
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    void respond({ objects, uploads }, options, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    uploads,
    requests,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Content = Pick<FakeS3, "objects" | "uploads">;

async function respond(
  content: Content,
  { condition = "honoured", pageKeys = 3 }: FakeS3Options,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { objects } = content;
  const url = new URL(request.url!, "http://fake");
  const key = decodeURIComponent(url.pathname.split("/").slice(2).join("/"));
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const fail = (status: number, code: string): void => {
    response.writeHead(status, { "x-amz-request-id": "fake" });
    response.end(`<Error><Code>${code}</Code><Message>It is so.</Message></Error>`);
  };
  const store = (data: Buffer): void => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => name.startsWith("x-amz-meta-")),
    ) as Record<string, string>;
    const etag = `"${createHash("md5").update(data).digest("hex")}"`;
    objects.set(key, { data, headers, modified: new Date(), etag });
    response.writeHead(200, { etag }).end();
  };
  if (url.searchParams.has("uploads") || url.searchParams.has("uploadId")) {
    return multipart(content, key, request, url.searchParams, body, response, fail);
  }
  const object = objects.get(key);
  switch (request.method) {
    case "PUT": {
      const conditional = request.headers["if-none-match"] === "*" && condition !== "ignored";
      if (conditional && condition === "unknown") return fail(501, "NotImplemented");
      if (conditional && object) return fail(412, "PreconditionFailed");
      if (conditional && condition === "racy") {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      return store(body);
    }
    case "DELETE":
      objects.delete(key);
      response.writeHead(204).end();
      return;
    default:
      if (url.searchParams.has("list-type")) {
        response.end(listing(objects, url.searchParams, pageKeys));
        return;
      }
      if (!object) return fail(404, "NoSuchKey");
      return send(request, response, object);
  }
}

function send(request: IncomingMessage, response: ServerResponse, object: StoredObject): void {
  const { data, headers, modified, etag } = object;
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  const from = range ? Number(range[1]) : 0;
  const to = range?.[2] ? Math.min(Number(range[2]) + 1, data.length) : data.length;
  if (range && from >= data.length) {
    response.writeHead(416).end();
    return;
  }
  response.writeHead(range ? 206 : 200, {
    ...headers,
    etag,
    "content-length": to - from,
    "last-modified": modified.toUTCString(),
    ...(range && { "content-range": `bytes ${from}-${to - 1}/${data.length}` }),
  });
  response.end(request.method === "HEAD" ? undefined : data.subarray(from, to));
}

function listing(objects: Content["objects"], query: URLSearchParams, pageKeys: number): string {
  const prefix = query.get("prefix") ?? "";
  const after = query.get("continuation-token") ?? query.get("start-after") ?? "";
  const bytes = (text: string): Buffer => Buffer.from(text);
  const keys = [...objects.keys()]
    .filter((key) => key.startsWith(prefix) && bytes(key).compare(bytes(after)) > 0)
    .sort((a, b) => bytes(a).compare(bytes(b)));
  const page = keys.slice(0, pageKeys);
  const contents = page.map((key) => {
    const { data, modified } = objects.get(key)!;
    const encoded = encodeURIComponent(key).replaceAll("%20", "+");
    return `<Contents><Key>${encoded}</Key><LastModified>${modified.toISOString()}</LastModified><Size>${data.length}</Size></Contents>`;
  });
  const more = keys.length > page.length;
  const token = page.at(-1)?.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType><IsTruncated>${more}</IsTruncated>${
    more ? `<NextContinuationToken>${token}</NextContinuationToken>` : ""
  }${contents.join("")}</ListBucketResult>`;
}

function multipart(
  { objects, uploads }: Content,
  key: string,
  request: IncomingMessage,
  query: URLSearchParams,
  body: Buffer,
  response: ServerResponse,
  fail: (status: number, code: string) => void,
): void {
  if (query.has("uploads")) {
    const id = randomUUID();
    uploads.set(id, new Map());
    response.end(
      `<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`,
    );
    return;
  }
  const id = query.get("uploadId")!;
  const parts = uploads.get(id);
  if (!parts) return fail(404, "NoSuchUpload");
  if (request.method === "PUT") {
    parts.set(Number(query.get("partNumber")), body);
    response.writeHead(200, { etag: `"${query.get("partNumber")}"` }).end();
    return;
  }
  uploads.delete(id);
  if (request.method === "DELETE") {
    response.writeHead(204).end();
    return;
  }
  const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)];
  const data = Buffer.concat(named.map((match) => parts.get(Number(match[1]))!));
  objects.set(key, { data, headers: {}, modified: new Date(), etag: `"x-${named.length}"` });
  response.end("<CompleteMultipartUploadResult/>");
}
