import { expect, test } from "vitest";
import { memoryStore } from "../../src/store/memory.ts";
import { storeContract } from "./contract.ts";

storeContract("memoryStore", async () => memoryStore());

test("what is put and got are copies", async () => {
  const store = memoryStore();
  const bytes = Uint8Array.of(1, 2);
  await store.put("x", bytes);
  bytes[0] = 9;
  const got = await store.get("x");
  got[1] = 9;
  expect(await store.get("x")).toEqual(Uint8Array.of(1, 2));
});

test("marks objects with the clock given", async () => {
  const store = memoryStore({ now: () => 42 });
  expect((await store.put("x", new Uint8Array())).modifiedMs).toBe(42);
});
