import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { s3Store, type S3StoreOptions } from "../../src/s3.ts";
import type { Store } from "../../src/store/store.ts";
import { listed, storeContract } from "./contract.ts";
import { type FakeS3, startFakeS3 } from "./fake-s3.ts";
import { type FaultProxy, once, startFaultProxy } from "./fault-proxy.ts";

const credentials = { accessKeyId: "AKID", secretAccessKey: "secret" };
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

let fake: FakeS3;
let proxy: FaultProxy;
beforeAll(async () => {
  fake = await startFakeS3();
  proxy = await startFaultProxy(fake.endpoint);
});
afterAll(async () => {
  await proxy.stop();
  await fake.stop();
});

const open = (options: Partial<S3StoreOptions> = {}): Store =>
  s3Store({
    bucket: "lake",
    endpoint: proxy.endpoint,
    credentials,
    prefix: randomUUID(),
    retryDelayMs: 1,
    timeoutMs: 300,
    probe: false,
    ...options,
  });

storeContract("s3Store", async () => open({ probe: true, timeoutMs: 10_000 }), 2000);

describe("s3Store when a request fails", () => {
  test.each([
    ["500", { answer: 500 }],
    ["503 SlowDown", { answer: 503, code: "SlowDown", headers: { "retry-after": "0" } }],
    ["a request that timed out at the server", { answer: 400, code: "RequestTimeout" }],
    ["a broken connection", "reset"],
    ["silence", "silent after"],
    ["a body that ends early", "truncate"],
  ] as const)("repeats a read after %s", async (_, fault) => {
    const store = open();
    await store.put("x", bytes("0123456789"));
    proxy.plan = once("GET", "/x", fault, fault);
    expect(await store.get("x", { from: 1, to: 9 })).toEqual(bytes("12345678"));
  });

  test.each([
    ["500 without doing it", { answer: 500 }],
    ["500 after doing it", { answerAfter: 500 }],
    ["409 of a race", { answer: 409, code: "ConditionalRequestConflict" }],
    ["a connection that broke before", "reset"],
    ["a connection that broke after it was done", "reset after"],
    ["a timeout after it was done", "silent after"],
  ] as const)("a commit answered with %s is made once, and known to be ours", async (_, fault) => {
    const store = open();
    proxy.plan = once("PUT", "/log/0", fault);
    expect(await store.putIfAbsent("log/0", bytes("ours"))).toBe(true);
    expect(await store.get("log/0")).toEqual(bytes("ours"));
    expect(await store.putIfAbsent("log/0", bytes("ours"))).toBe(false);
  });

  test.each([{ answer: 500 }, "reset", "silent after"] as const)(
    "a commit that was lost to another writer while answers failed (%j) is not ours, though it has the same bytes",
    async (fault) => {
      const store = open();
      await store.putIfAbsent("log/0", bytes("same"));
      proxy.plan = once("PUT", "/log/0", fault);
      expect(await store.putIfAbsent("log/0", bytes("same"))).toBe(false);
    },
  );

  test("every answer of a commit lost: what is stored decides", async () => {
    const store = open({ retries: 2 });
    proxy.plan = (method) => (method === "PUT" ? "reset after" : undefined);
    expect(await store.putIfAbsent("log/0", bytes("ours"))).toBe(true);
  });

  test("where nobody can tell whether the commit was made, the error says so", async () => {
    const store = open({ retries: 1 });
    proxy.plan = () => "reset after";
    await expect(store.putIfAbsent("log/0", bytes("ours"))).rejects.toMatchObject({
      code: "LAKE_STORE_FAILED",
      retryable: true,
      details: { path: "log/0", unclear: true },
    });
  });

  test("gives up after the retries, and says how often it tried", async () => {
    proxy.plan = () => ({ answer: 503, code: "SlowDown" });
    await expect(open({ retries: 2 }).get("x")).rejects.toMatchObject({
      code: "LAKE_STORE_FAILED",
      retryable: true,
      message: expect.stringContaining("after 3 attempts") as string,
      details: { status: 503, code: "SlowDown" },
    });
  });

  test.each([
    [403, "AccessDenied", "LAKE_STORE_PERMISSION", ""],
    [403, "RequestTimeTooSkewed", "LAKE_STORE_PERMISSION", "clock"],
    [403, "SignatureDoesNotMatch", "LAKE_STORE_PERMISSION", "secret"],
    [404, "NoSuchBucket", "LAKE_STORE_FAILED", "bucket"],
    [301, "PermanentRedirect", "LAKE_STORE_FAILED", "region"],
    [507, "XMinioStorageFull", "LAKE_STORE_FULL", "space"],
    [418, "Teapot", "LAKE_STORE_FAILED", ""],
  ])("%i %s is %s", async (answer, code, expected, hint) => {
    proxy.plan = () => ({ answer, code, headers: { "x-amz-request-id": "R1" } });
    const store = open();
    const before = proxy.log.length;
    for (const call of [() => store.get("x"), () => store.put("x", bytes("1"))]) {
      await expect(call()).rejects.toMatchObject({
        code: expected,
        details: { path: "x", status: answer, code, requestId: "R1" },
      });
    }
    const error = await store.get("x").catch((caught: unknown) => caught as { hint?: string });
    expect((error as { hint?: string }).hint ?? "").toContain(hint);
    // None of these is repeated.
    expect(proxy.log.length - before).toBe(3);
  });

  test("no secret is in an error", async () => {
    proxy.plan = () => ({ answer: 403 });
    const error = await open()
      .get("x")
      .catch((caught: unknown) => caught);
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain("secret");
    expect(() => open({ credentials: { accessKeyId: "", secretAccessKey: "hidden" } })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining("hidden") as string }),
    );
  });

  test("a signal ends the waiting", async () => {
    proxy.plan = () => "silent after";
    const stop = new AbortController();
    const read = open({ timeoutMs: 60_000 }).get("x", { signal: stop.signal });
    setTimeout(() => stop.abort(new Error("enough")), 20);
    await expect(read).rejects.toThrow("enough");
  });

  test("credentials that ended are asked for again", async () => {
    let asked = 0;
    const store = open({
      credentials: async () => ({ ...credentials, sessionToken: `token ${++asked}` }),
    });
    proxy.plan = once("PUT", "/x", { answer: 403, code: "ExpiredToken" });
    await store.put("x", bytes("1"));
    await store.get("x");
    expect(asked).toBe(2);
    // A request of the test before may come only now.
    const puts = fake.requests.filter(({ method }) => method === "PUT");
    expect(puts.at(-1)!.headers["x-amz-security-token"]).toBe("token 2");
  });

  test("credentials are asked for again before they end", async () => {
    let asked = 0;
    const store = open({
      credentials: async () => ({ ...credentials, expiration: new Date(++asked * 1000) }),
    });
    await store.put("x", bytes("1"));
    await store.put("x", bytes("1"));
    expect(asked).toBeGreaterThan(2);
  });
});

describe("s3Store with a large object", () => {
  const parts = async function* (count: number, fail = false): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < count; i++) yield new Uint8Array(3_000_000).fill(i);
    if (fail) throw new RangeError("source broke");
  };
  // Three parts: the second is neither the first nor the last.
  const whole = Buffer.concat([...Array(6).keys()].map((i) => Buffer.alloc(3_000_000, i)));

  test.each([
    ["nothing fails", undefined],
    ["the creation fails once", once("POST", "uploads", { answer: 500 })],
    ["a part fails once", once("PUT", "partNumber=2", "reset after")],
    ["the answer of the completion is lost", once("POST", "uploadId", "reset after")],
  ])("uploads it in parts when %s", async (_, plan) => {
    const store = open({ timeoutMs: 30_000 });
    proxy.plan = plan ?? (() => undefined);
    const earlier = fake.requests.length;
    const info = await store.put("big", parts(6));
    const sent = fake.requests.slice(earlier).map(({ url }) => url!);
    expect(sent.some((url) => url.includes("partNumber=3"))).toBe(true);
    expect(info.size).toBe(whole.length);
    expect(whole.equals(await store.get("big"))).toBe(true);
    expect(fake.uploads.size).toBe(0);
  });

  test("a part that keeps failing, or a source that breaks, leaves no parts behind", async () => {
    const store = open({ retries: 1, timeoutMs: 30_000 });
    await store.put("big", bytes("old"));
    proxy.plan = (method, path) => (path.includes("partNumber=2") ? { answer: 500 } : undefined);
    await expect(store.put("big", parts(6))).rejects.toMatchObject({ code: "LAKE_STORE_FAILED" });
    proxy.plan = () => undefined;
    await expect(store.put("big", parts(6, true))).rejects.toThrow(RangeError);
    expect(fake.uploads.size).toBe(0);
    expect(await store.get("big")).toEqual(bytes("old"));
  });

  test("a completion that fails after its 200 is a failure", async () => {
    const store = open({ retries: 0, timeoutMs: 30_000 });
    proxy.plan = (method, path) =>
      method === "POST" && path.includes("uploadId")
        ? { answer: 200, code: "InternalError" }
        : undefined;
    await expect(store.put("big", parts(6))).rejects.toMatchObject({
      code: "LAKE_STORE_FAILED",
      details: { code: "InternalError" },
    });
  });
});

describe("the proof before the first commit", () => {
  test.each(["ignored", "racy", "unknown"] as const)(
    "a server whose condition is %s is refused for writing, not for reading",
    async (condition) => {
      const unsafe = await startFakeS3({ condition });
      try {
        const store = open({ endpoint: unsafe.endpoint, probe: true }).at("table");
        await store.put("data", bytes("1"));
        for (let i = 0; i < 2; i++) {
          await expect(store.putIfAbsent("_delta_log/0", bytes("1"))).rejects.toMatchObject({
            code: "LAKE_STORE_UNSAFE",
            details: { endpoint: unsafe.endpoint },
            hint: expect.stringContaining("MinIO") as string,
          });
        }
        expect(await store.get("data")).toEqual(bytes("1"));
        expect(await listed(store, "")).toEqual(["data"]);
      } finally {
        await unsafe.stop();
      }
    },
  );

  test("is made once for a store and those moved down from it, and leaves nothing", async () => {
    const store = open({ probe: true });
    proxy.plan = () => undefined;
    const made = proxy.log.length;
    await Promise.all(["a", "b", "c"].map((at) => store.at(at).putIfAbsent("0", bytes("1"))));
    const puts = proxy.log.slice(made).filter((line) => line.startsWith("PUT"));
    expect(puts).toHaveLength(2 + 3 * 8 + 3);
    expect(await listed(store, "")).toEqual(["a/0", "b/0", "c/0"]);
  });

  test("is repeated where it could not be made", async () => {
    const store = open({ probe: true, retries: 0 });
    proxy.plan = () => ({ answer: 403 });
    await expect(store.putIfAbsent("0", bytes("1"))).rejects.toMatchObject({
      code: "LAKE_STORE_PERMISSION",
    });
    proxy.plan = () => undefined;
    expect(await store.putIfAbsent("0", bytes("1"))).toBe(true);
  });
});

describe("what s3Store sends", () => {
  const sent = async (options: Partial<S3StoreOptions>, call: (store: Store) => unknown) => {
    const seen: { url: string; method: string; headers: Headers }[] = [];
    const store = s3Store({
      bucket: "lake",
      credentials,
      probe: false,
      retries: 0,
      fetch: async (input, init) => {
        const headers = new Headers(init?.headers as Record<string, string>);
        seen.push({ url: String(input), method: init?.method ?? "", headers });
        return new Response(null, { status: 200, headers: { etag: '"x"' } });
      },
      ...options,
    });
    await Promise.resolve(call(store)).catch(() => {});
    return seen;
  };

  test.each([
    [{}, "https://lake.s3.us-east-1.amazonaws.com/a%20b"],
    [
      { region: "eu-central-1", prefix: "/p/" },
      "https://lake.s3.eu-central-1.amazonaws.com/p/a%20b",
    ],
    [{ region: "cn-north-1" }, "https://lake.s3.cn-north-1.amazonaws.com.cn/a%20b"],
    [{ bucket: "a.b" }, "https://s3.us-east-1.amazonaws.com/a.b/a%20b"],
    [{ endpoint: "http://h:9000/s3/" }, "http://h:9000/s3/lake/a%20b"],
    [{ endpoint: "http://h:9000", forcePathStyle: false }, "http://lake.h:9000/a%20b"],
  ])("%j goes to %s", async (options, url) => {
    const [request] = await sent(options, (store) => store.get("a b"));
    expect(request!.url).toBe(url);
  });

  test("no signature without credentials", async () => {
    const [request] = await sent({ credentials: undefined }, (store) => store.get("x"));
    expect(request!.headers.has("authorization")).toBe(false);
  });

  test("the encryption asked for, and a customer's key with every request of content", async () => {
    const [managed] = await sent({ sse: { kind: "aws:kms", keyId: "k1" } }, (store) =>
      store.put("x", bytes("1")),
    );
    expect(managed!.headers.get("x-amz-server-side-encryption")).toBe("aws:kms");
    expect(managed!.headers.get("x-amz-server-side-encryption-aws-kms-key-id")).toBe("k1");
    const key = new Uint8Array(32).fill(1);
    const sse = { kind: "customer", key } as const;
    for (const call of [
      (store: Store) => store.put("x", bytes("1")),
      (store: Store) => store.get("x"),
      (store: Store) => store.head("x"),
    ]) {
      const [request] = await sent({ sse }, call);
      const header = (name: string): string | null =>
        request!.headers.get(`x-amz-server-side-encryption-customer-${name}`);
      expect(header("algorithm")).toBe("AES256");
      expect(header("key")).toBe(Buffer.from(key).toString("base64"));
      // printf '\1%.0s' {1..32} | openssl md5 -binary | base64
      expect(header("key-md5")).toBe("4Funlf7OsLF0HL+vKU+fkg==");
    }
  });
});

test.each([
  [{ bucket: "x" }, "bucket"],
  [{ endpoint: "minio:9000" }, "endpoint"],
  [{ credentials: {} }, "credentials"],
  [{ sse: { kind: "customer", key: new Uint8Array(16) } }, "sse"],
  [{ retries: -1 }, "retries"],
  [{ bukket: "x" }, "bukket"],
  [{ prefix: "../up" }, "leaves"],
])("refuses %j", (options, says) => {
  expect(() => open(options as Partial<S3StoreOptions>)).toThrow(
    expect.objectContaining({ message: expect.stringContaining(says) as string }),
  );
});

test("finds s3:// addresses of its bucket below its prefix", async () => {
  const store = open({ prefix: "lake" });
  const found = store.at("gold/orders").resolve!("s3://lake/lake/bronze/a%20b.parquet")!;
  expect(found).toMatchObject({ path: "bronze/a b.parquet" });
  expect(found.store.location).toBe("s3://lake/lake");
  expect(store.resolve!("s3://other/lake/x")).toBeUndefined();
  expect(store.resolve!("s3://lake/elsewhere/x")).toBeUndefined();
});
