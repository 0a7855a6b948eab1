import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { azureStore, type AzureStoreOptions } from "../../src/azure.ts";
import { SharedKey, stringToSign } from "../../src/store/azure/shared-key.ts";
import type { HttpRequest } from "../../src/store/http/answer.ts";
import type { Store } from "../../src/store/store.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const sharedKey = Buffer.from("a key of 32 bytes, or so it seems").toString("base64");

// https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key
const documented: [HttpRequest, string][] = [
  [
    {
      method: "GET",
      url: "https://myaccount.blob.core.windows.net/mycontainer?restype=container&comp=metadata&timeout=20",
      headers: { "x-ms-version": "2015-02-21", "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT" },
    },
    "GET\n\n\n\n\n\n\n\n\n\n\n\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-version:2015-02-21\n/myaccount/mycontainer\ncomp:metadata\nrestype:container\ntimeout:20",
  ],
  [
    {
      method: "PUT",
      url: "http://myaccount/mycontainer/hello.txt",
      headers: {
        "X-Ms-Version": "2015-02-21",
        "x-ms-meta-m1": "v1",
        "x-ms-date": "Fri, 26 Jun 2015 23:39:12 GMT",
        "x-ms-blob-type": "BlockBlob",
        "Content-Type": "text/plain; charset=UTF-8",
      },
      body: bytes("hello world"),
    },
    "PUT\n\n\n11\n\ntext/plain; charset=UTF-8\n\n\n\n\n\n\nx-ms-blob-type:BlockBlob\nx-ms-date:Fri, 26 Jun 2015 23:39:12 GMT\nx-ms-meta-m1:v1\nx-ms-version:2015-02-21\n/myaccount/mycontainer/hello.txt",
  ],
];

test.each(documented)("signs what Microsoft documents: %j", async (request, text) => {
  expect(stringToSign(request, "myaccount")).toBe(text);
  const mac = createHmac("sha256", Buffer.from(sharedKey, "base64")).update(text).digest("base64");
  expect(await new SharedKey("myaccount", sharedKey).authorization(request)).toBe(
    `SharedKey myaccount:${mac}`,
  );
});

async function sent(
  options: Partial<AzureStoreOptions>,
  call: (store: Store) => Promise<unknown>,
): Promise<{ readonly url: string; readonly headers: Headers }[]> {
  const seen: { url: string; headers: Headers }[] = [];
  const store = azureStore({
    account: "acc",
    container: "lake",
    probe: false,
    retries: 0,
    fetch: async (input, init) => {
      seen.push({
        url: String(input),
        headers: new Headers(init?.headers as Record<string, string>),
      });
      return new Response(null, { status: 201 });
    },
    ...options,
  });
  await call(store).catch(() => {});
  return seen;
}

test("goes to the blob endpoint of the account, with the name encoded", async () => {
  const [request] = await sent({ prefix: "/p q/" }, (store) => store.put("a+b %.bin", bytes("1")));
  expect(request!.url).toBe("https://acc.blob.core.windows.net/lake/p%20q/a%2Bb%20%25.bin");
  expect(request!.headers.has("authorization")).toBe(false);
});

test("a shared access signature is in the address, a token in the header", async () => {
  const [signed] = await sent({ credential: { sas: "?sv=1&sig=a%2Fb" } }, (store) =>
    store.get("x"),
  );
  expect(signed!.url).toBe("https://acc.blob.core.windows.net/lake/x?sv=1&sig=a%2Fb");
  let asked = 0;
  const token = async (): Promise<string> => `t${++asked}`;
  const [held] = await sent({ credential: { token } }, (store) => store.get("x"));
  expect(held!.headers.get("authorization")).toBe("Bearer t1");
});

test("the encryption asked for, and a caller's key with every request of content", async () => {
  const scope = { kind: "scope", scope: "s1" } as const;
  const [scoped] = await sent({ encryption: scope }, (store) => store.put("x", bytes("1")));
  expect(scoped!.headers.get("x-ms-encryption-scope")).toBe("s1");
  const encryption = { kind: "customer", key: new Uint8Array(32).fill(1) } as const;
  for (const call of [
    (store: Store) => store.put("x", bytes("1")),
    (store: Store) => store.get("x"),
  ]) {
    const [request] = await sent({ encryption }, call);
    const header = (name: string): string | null => request!.headers.get(`x-ms-encryption-${name}`);
    expect(header("algorithm")).toBe("AES256");
    expect(header("key")).toBe(Buffer.alloc(32, 1).toString("base64"));
    // printf '\1%.0s' {1..32} | openssl sha256 -binary | base64
    expect(header("key-sha256")).toBe("cs1uhCLEB/ttCYaQ8RMLfe1+wvf14dML2dUh8BU2N5M=");
  }
});

test.each([
  [{ account: "Not_One" }, "account"],
  [{ container: "x" }, "container"],
  [{ credential: { sharedKey: "no base64!" } }, "credential"],
  [{ credential: { sas: "no signature" } }, "credential"],
  [{ encryption: { kind: "customer", key: new Uint8Array(5) } }, "encryption"],
  [{ contaner: "x" }, "contaner"],
])("refuses %j", (options, says) => {
  const all = { account: "acc", container: "lake", ...options } as AzureStoreOptions;
  expect(() => azureStore(all)).toThrow(
    expect.objectContaining({
      code: "LAKE_INVALID_OPTION",
      message: expect.stringContaining(says) as string,
    }),
  );
});

test("finds addresses of its container below its prefix", () => {
  const store = azureStore({ account: "acc", container: "lake", prefix: "prod" }).at("t");
  for (const address of [
    "abfss://lake@acc.dfs.core.windows.net/prod/b/x%20y.parquet",
    "wasbs://lake@acc.blob.core.windows.net/prod/b/x%20y.parquet",
    "https://acc.blob.core.windows.net/lake/prod/b/x%20y.parquet",
  ]) {
    expect(store.resolve!(address)).toMatchObject({ path: "b/x y.parquet" });
  }
  expect(store.resolve!("abfss://other@acc.dfs.core.windows.net/prod/x")).toBeUndefined();
  expect(store.resolve!("abfss://lake@acc.dfs.core.windows.net/dev/x")).toBeUndefined();
});
