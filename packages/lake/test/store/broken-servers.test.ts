import { defineTable, int64 } from "@lakewright/core";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { azureStore } from "../../src/azure.ts";
import { isLakeError, type LakeError } from "../../src/errors.ts";
import { createTable, eq, httpStore, type LakeTable, openTable } from "../../src/index.ts";
import { s3Store, type S3StoreOptions } from "../../src/s3.ts";
import type { Store } from "../../src/store/store.ts";
import { listed } from "./contract.ts";
import { startFakeS3 } from "./fake-s3.ts";

const SECRET = "TOPSECRET";
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  servers.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const answering =
  (body: string, headers: Record<string, string> = {}): RequestListener =>
  (request, response) => {
    request.resume();
    response.writeHead(200, headers).end(body);
  };

const bucket = (endpoint: string, options: Partial<S3StoreOptions> = {}): Store =>
  s3Store({
    bucket: "lake",
    endpoint,
    credentials: { accessKeyId: "id", secretAccessKey: SECRET, sessionToken: SECRET },
    retries: 1,
    retryDelayMs: 1,
    timeoutMs: 1000,
    probe: false,
    ...options,
  });
const container = (endpoint: string): Store =>
  azureStore({ account: "lake", container: "lake", endpoint, retries: 0, timeoutMs: 1000 });

const failure = async (promise: Promise<unknown>): Promise<LakeError> => {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!isLakeError(error)) throw new Error(`no LakeError: ${String(error)}`);
  return error;
};

describe("a redirect", () => {
  test.each([301, 302, 303, 307, 308])("%i of a write is no success", async (status) => {
    const asked: string[] = [];
    const elsewhere = await serve((request, response) => {
      asked.push(`${request.method} ${JSON.stringify(request.headers)}`);
      response.writeHead(200, { etag: '"x"' }).end();
    });
    const endpoint = await serve((request, response) => {
      request.resume();
      response.writeHead(status, { location: `${elsewhere}/x` }).end();
    });
    for (const store of [bucket(endpoint), container(endpoint)]) {
      for (const call of [
        () => store.putIfAbsent("a", Uint8Array.of(1)),
        () => store.put("a", Uint8Array.of(1)),
        () => store.get("a"),
        () => listed(store, ""),
      ]) {
        expect((await failure(call())).hint).toContain("Redirects of signed requests");
      }
    }
    // Neither a session token nor a key of the caller's leaves for another host.
    expect(asked).toEqual([]);
  });
});

describe("a listing", () => {
  const entry = "<Contents><Key>a</Key><Size>1</Size></Contents>";
  test.each([
    ["a page of a network that wants a login", "<html><body>Welcome</body></html>"],
    ["a page that is no XML", "<!doctype html><p>Welcome<br>"],
    ["nothing", ""],
    ["half a listing", `<ListBucketResult>${entry}`],
    [
      "a page that was cut without saying how it goes on",
      `<ListBucketResult><IsTruncated>true</IsTruncated>${entry}</ListBucketResult>`,
    ],
    [
      "the same page for ever",
      `<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>${entry}</ListBucketResult>`,
    ],
  ])("that is %s is an error, and no end of the objects", async (_, body) => {
    const error = await failure(listed(bucket(await serve(answering(body))), ""));
    expect(error.code).toBe("LAKE_STORE_FAILED");
  });

  test.each([
    ["a page", "<html><body>Welcome</body></html>"],
    [
      "the same page for ever",
      "<EnumerationResults><Blobs/><NextMarker>m</NextMarker></EnumerationResults>",
    ],
  ])("of a container that is %s is an error", async (_, body) => {
    const error = await failure(listed(container(await serve(answering(body))), ""));
    expect(error.code).toBe("LAKE_STORE_FAILED");
  });

  test("keeps names as they are that are said to be encoded and are not", async () => {
    const body =
      "<ListBucketResult><EncodingType>url</EncodingType><Contents><Key>100%zz</Key><Size>1</Size></Contents></ListBucketResult>";
    expect(await listed(bucket(await serve(answering(body))), "")).toEqual(["100%zz"]);
  });
});

describe("a range", () => {
  test.each([
    ["of other bytes", "bytes 0-9/100", "0123456789"],
    ["of fewer bytes than it says", "bytes 50-59/100", "01234"],
    ["of more bytes than were asked for", "bytes 50-69/100", "01234567890123456789"],
  ])("%s is refused", async (_, range, body) => {
    const endpoint = await serve((_, response) => {
      response.writeHead(206, { "content-range": range }).end(body);
    });
    for (const store of [bucket(endpoint), httpStore(endpoint, { retries: 0 })]) {
      const error = await failure(store.get("a", { from: 50, to: 60 }));
      expect(error.message).toMatch(/the server sent/);
    }
  });

  test("that never ends is not kept in memory", async () => {
    const chunk = Buffer.alloc(2 ** 20);
    let sent = 0;
    const endpoint = await serve((_, response) => {
      response.writeHead(206, { "content-range": "bytes 0-9/10" });
      const more = (): void => {
        while (!response.destroyed && response.write(chunk)) sent++;
      };
      response.on("drain", more);
      more();
    });
    const error = await failure(bucket(endpoint).get("a", { from: 0, to: 10 }));
    expect(error.message).toContain("more than the 10 bytes asked for");
    expect(sent).toBeLessThan(100);
  });

  test("at the end of an object may be shorter", async () => {
    const endpoint = await serve((_, response) => {
      response.writeHead(206, { "content-range": "bytes 50-54/55" }).end("01234");
    });
    const store = httpStore(endpoint);
    expect(new TextDecoder().decode(await store.get("a", { from: 50, to: 60 }))).toBe("01234");
  });
});

test("an upload that was not begun is an error", async () => {
  const store = bucket(await serve(answering("<html>Welcome</html>", { etag: '"x"' })));
  async function* large(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 10; i++) yield new Uint8Array(2 ** 20);
  }
  expect((await failure(store.put("a", large()))).message).toContain("names no upload");
});

test("a size that is not named is not taken for 0", async () => {
  const endpoint = await serve((_, response) => {
    response.writeHead(200, { "transfer-encoding": "chunked" }).end();
  });
  expect((await failure(bucket(endpoint).head("a"))).message).toContain("names no size");
});

test.each([
  ["fails", async () => Promise.reject(new Error("no metadata service"))],
  ["gives nothing", async () => undefined],
  ["gives half", async () => ({ accessKeyId: "id" })],
])("credentials by a function that %s are refused by a LakeError", async (_, credentials) => {
  const store = bucket("http://127.0.0.1:9", { credentials: credentials as never });
  expect((await failure(store.get("a"))).code).toBe("LAKE_STORE_PERMISSION");
});

test.each([`https://user:${SECRET}@host.example/x`, `https://host.example/x?sig=${SECRET}`])(
  "an address with a secret is refused without showing it: %s",
  (endpoint) => {
    for (const open of [
      () => httpStore(endpoint),
      () => bucket(endpoint),
      () => container(endpoint),
    ]) {
      expect(open).toThrow(/host\.example\/x", with a query, a fragment or a password/);
      expect(open).not.toThrow(SECRET);
    }
  },
);

test.each([
  ["httpStore", (address: string) => httpStore(address, { headers: { "x-key": `${SECRET}\n1` } })],
  [
    "s3Store",
    (address: string) =>
      bucket(address, {
        credentials: { accessKeyId: "id", secretAccessKey: "x", sessionToken: `${SECRET}\n1` },
      }),
  ],
  [
    "azureStore",
    (address: string) =>
      azureStore({
        account: "lake",
        container: "lake",
        endpoint: address,
        credential: { token: async () => `${SECRET}\n1` },
      }),
  ],
])("a secret that no header can have is not shown: %s", async (_, open) => {
  const error = await failure(open(await serve(answering(""))).get("a"));
  expect(error.code).toBe("LAKE_INVALID_OPTION");
  expect(error.message).toMatch(/^The header (x-key|x-amz-security-token|authorization) has/);
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    expect(`${cause.message} ${cause.stack}`).not.toContain(SECRET);
  }
});

test("headers that are wrong are not shown", () => {
  const open = (): Store =>
    httpStore("https://host.example", { headers: { authorization: SECRET, x: 1 } as never });
  expect(open).toThrow("headers must be an object of texts");
  expect(open).not.toThrow(SECRET);
});

describe("a server that ignores If-None-Match", () => {
  const table = defineTable("t", { id: int64() });
  test.each([
    ["an append", (mine: LakeTable) => mine.append([{ id: 2 }] as never)],
    ["an overwrite", (mine: LakeTable) => mine.overwrite([{ id: 2 }] as never)],
    ["a deletion", (mine: LakeTable) => mine.delete(eq("id", 1n))],
    ["an update", (mine: LakeTable) => mine.update({ where: eq("id", 1n), set: { id: 3n } })],
  ])("is refused before %s has written anything", async (_, write) => {
    const fake = await startFakeS3({ condition: "ignored" });
    try {
      const careless = bucket(fake.endpoint, { retries: 0 });
      await using made = await createTable(careless, table);
      await made.append([{ id: 1 }, { id: 4 }]);
      const before = [...fake.objects.keys()];
      await using mine = await openTable(bucket(fake.endpoint, { probe: true }));
      const error = await failure(write(mine) as Promise<unknown>);
      expect(error.code).toBe("LAKE_STORE_UNSAFE");
      expect([...fake.objects.keys()]).toEqual(before);
    } finally {
      await fake.stop();
    }
  });
});
