import { randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { s3Store, type S3StoreOptions } from "../../src/s3.ts";
import type { Store } from "../../src/store/store.ts";
import { minioBucket } from "./buckets.ts";
import { storeContract } from "./contract.ts";
import { survivesFaults } from "./survives-faults.ts";
import { raceRounds } from "./races.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const bucket = await minioBucket();
afterAll(() => bucket?.server.stop());

describe.skipIf(!bucket)("s3Store on MinIO", () => {
  const open = (options: Partial<S3StoreOptions> = {}): Store =>
    s3Store({ ...bucket!.options, prefix: randomUUID(), ...options });

  if (bucket) {
    // Proven once, not before each of the many stores of the contract.
    storeContract("s3Store on MinIO", async () => open({ probe: false }), 2000);
  }

  test("is proven safe, and nothing of the proof is left", async () => {
    const store = open();
    expect(await store.at("t").putIfAbsent("_delta_log/0", bytes("1"))).toBe(true);
    expect(await Array.fromAsync(store.list(""), ({ path }) => path)).toEqual(["t/_delta_log/0"]);
  });

  test("of 8 writers one wins each of 50 names", async () => {
    const prefix = randomUUID();
    await raceRounds(() => open({ prefix, probe: false }), 8, 50);
  });

  test("uploads in parts, and lists over several pages", async () => {
    const store = open();
    const size = 20_000_000;
    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < size; at += 1_000_000) yield new Uint8Array(1_000_000).fill(at % 251);
    }
    expect(await store.put("big", chunks())).toMatchObject({ size });
    expect(await store.get("big", { from: 13_999_999, to: 14_000_001 })).toEqual(
      Uint8Array.of(13_000_000 % 251, 14_000_000 % 251),
    );
    const names = Array.from({ length: 1005 }, (_, i) => `n/${String(i).padStart(4, "0")} +%`);
    for (let i = 0; i < names.length; i += 50) {
      await Promise.all(names.slice(i, i + 50).map((name) => store.put(name, bytes(""))));
    }
    const listed = await Array.fromAsync(
      store.list("n/", { after: names[1]! }),
      ({ path }) => path,
    );
    expect(listed).toEqual(names.slice(2));
  });

  test.each([{ kind: "AES256" }, { kind: "aws:kms", keyId: "lakewright-key" }] as const)(
    "asks for encryption: %j",
    async (sse) => {
      let told: string | null = null;
      const store = open({
        sse,
        fetch: async (input, init) => {
          const response = await fetch(input, init);
          told = response.headers.get("x-amz-server-side-encryption") ?? told;
          return response;
        },
      });
      async function* big(): AsyncGenerator<Uint8Array> {
        for (let i = 0; i < 3; i++) yield new Uint8Array(4_000_000).fill(i);
      }
      expect(await store.putIfAbsent("log/0", bytes("secret"))).toBe(true);
      await store.put("big", big());
      expect(await store.get("log/0")).toEqual(bytes("secret"));
      expect(told).toBe(sse.kind);
    },
  );

  test("a wrong key, a wrong bucket and a server that is not there are named", async () => {
    const wrong = { accessKeyId: "lakewright", secretAccessKey: "wrong" };
    await expect(open({ credentials: wrong }).put("x", bytes("1"))).rejects.toMatchObject({
      code: "LAKE_STORE_PERMISSION",
      details: { code: "SignatureDoesNotMatch" },
    });
    await expect(open({ bucket: "nowhere" }).put("x", bytes("1"))).rejects.toMatchObject({
      code: "LAKE_STORE_FAILED",
      details: { code: "NoSuchBucket" },
    });
    const gone = open({ endpoint: "http://127.0.0.1:9", retries: 1, retryDelayMs: 1 });
    await expect(gone.get("x")).rejects.toMatchObject({
      code: "LAKE_STORE_FAILED",
      retryable: true,
    });
  });

  test("faults between it and a real server lose and double nothing", () =>
    survivesFaults(bucket!.options.endpoint!, open));
});
