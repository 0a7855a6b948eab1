import { expect, test } from "vitest";
import { inOrder } from "../../src/store/parallel.ts";

const after = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("results come in the order of the items, with no more under way than the width", async () => {
  let running = 0;
  let most = 0;
  const run = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    await after((7 * item) % 5);
    running--;
    return item;
  };
  const items = Array.from({ length: 40 }, (_, i) => i);
  expect(await Array.fromAsync(inOrder(items, 4, run))).toEqual(items);
  expect(most).toBe(4);
});

test("an item that fails before those ahead of it are done is reported once, in its turn", async () => {
  const run = async (item: number): Promise<number> => {
    if (item === 2) throw new Error("item 2");
    await after(20);
    return item;
  };
  const unhandled: unknown[] = [];
  const hear = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", hear);
  const seen: number[] = [];
  try {
    await expect(
      (async () => {
        for await (const item of inOrder([0, 1, 2, 3], 4, run)) seen.push(item);
      })(),
    ).rejects.toThrow("item 2");
    await after(5);
  } finally {
    process.off("unhandledRejection", hear);
  }
  expect(seen).toEqual([0, 1]);
  expect(unhandled).toEqual([]);
});
