import { createHmac, randomUUID } from "node:crypto";
import { afterAll, describe, expect, test } from "vitest";
import { azureStore, type AzureStoreOptions } from "../../src/azure.ts";
import type { Store } from "../../src/store/store.ts";
import { azuriteContainer } from "./buckets.ts";
import { storeContract } from "./contract.ts";
import { survivesFaults } from "./survives-faults.ts";
import { raceRounds } from "./races.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const container = await azuriteContainer();
afterAll(() => container?.server.stop());

describe.skipIf(!container)("azureStore on Azurite", () => {
  const open = (options: Partial<AzureStoreOptions> = {}): Store =>
    azureStore({ ...container!.options, prefix: randomUUID(), ...options });

  if (container) {
    // Proven once, not before each of the many stores of the contract.
    storeContract("azureStore on Azurite", async () => open({ probe: false }));
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

  test("uploads in blocks; a source that breaks leaves the blob that was there", async () => {
    const store = open();
    async function* chunks(fail: boolean): AsyncGenerator<Uint8Array> {
      for (let i = 0; i < 20; i++) yield new Uint8Array(1_000_000).fill(i);
      if (fail) throw new RangeError("source broke");
    }
    expect(await store.put("big", chunks(false))).toMatchObject({ size: 20_000_000 });
    await expect(store.put("big", chunks(true))).rejects.toThrow(RangeError);
    expect(await store.get("big", { from: 13_999_999, to: 14_000_001 })).toEqual(
      Uint8Array.of(13, 14),
    );
    expect(await store.head("big")).toMatchObject({ size: 20_000_000 });
  });

  test("a wrong key and a wrong container are named", async () => {
    const sharedKey = Buffer.from("wrong").toString("base64");
    await expect(open({ credential: { sharedKey } }).put("x", bytes("1"))).rejects.toMatchObject({
      code: "LAKE_STORE_PERMISSION",
    });
    const store = open({ container: "nowhere" });
    await expect(store.put("x", bytes("1"))).rejects.toMatchObject({
      code: "LAKE_STORE_FAILED",
      details: { code: "ContainerNotFound" },
    });
  });

  test("a shared access signature opens what it allows, and no more", async () => {
    const { account, sharedKey } = container!.server;
    const prefix = randomUUID();
    await open({ prefix }).put("x", bytes("1"));
    const reader = open({ prefix, credential: { sas: accountSas(account, sharedKey, "rl") } });
    expect(await reader.get("x")).toEqual(bytes("1"));
    expect(await Array.fromAsync(reader.list(""), ({ path }) => path)).toEqual(["x"]);
    await expect(reader.put("y", bytes("1"))).rejects.toMatchObject({
      code: "LAKE_STORE_PERMISSION",
      details: { code: "AuthorizationPermissionMismatch" },
    });
    const writer = open({ prefix, credential: { sas: accountSas(account, sharedKey, "rwdlc") } });
    expect(await writer.putIfAbsent("y", bytes("1"))).toBe(true);
  });

  test("faults between it and the server lose and double nothing", () =>
    survivesFaults(container!.options.endpoint!, open));
});

/** https://learn.microsoft.com/rest/api/storageservices/create-account-sas */
function accountSas(account: string, key: string, permissions: string): string {
  const until = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+/, "");
  const fields = {
    sp: permissions,
    ss: "b",
    srt: "co",
    st: "",
    se: until,
    sip: "",
    spr: "",
    sv: "2021-12-02",
  };
  const text = `${[account, ...Object.values(fields), "", ""].join("\n")}`;
  const sig = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  const given = Object.entries({ ...fields, sig }).filter(([, value]) => value !== "");
  return String(new URLSearchParams(given));
}
