import { defineTable, int32, toBatches, untilAborted } from "@lakewright/core";
import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";

const table = defineTable("t", { a: int32() });

/** Two rows, then nothing for ever, as a connection that hangs. */
function stalling(): AsyncIterable<{ a: number }> & { readonly returned: number } {
  let returned = 0;
  let given = 0;
  return {
    [Symbol.asyncIterator]: () => ({
      next: () =>
        given++ < 2
          ? Promise.resolve({ done: false, value: { a: given } })
          : new Promise<never>(() => {}),
      return: () => {
        returned++;
        return new Promise<never>(() => {});
      },
    }),
    get returned() {
      return returned;
    },
  };
}

async function drain(items: Iterable<unknown> | AsyncIterable<unknown>): Promise<unknown[]> {
  const seen: unknown[] = [];
  for await (const item of items) seen.push(item);
  return seen;
}

describe("untilAborted", () => {
  it("is heard while the source is silent, and tells the source without waiting for it", async () => {
    const stop = new AbortController();
    const source = stalling();
    const reading = drain(toBatches(table, source, { signal: stop.signal }));
    setTimeout(() => stop.abort("the reason as it is"), 10);
    await expect(reading).rejects.toBe("the reason as it is");
    expect(source.returned).toBe(1);
    expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
  });

  it("hears an abort that came before the first item, and waits for a source that is not stalled", async () => {
    let closed = false;
    const items = untilAborted(
      {
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.resolve({ done: false, value: 1 }),
          return: () =>
            new Promise<IteratorResult<number>>((resolve) =>
              setTimeout(() => {
                closed = true;
                resolve({ done: true, value: undefined });
              }, 5),
            ),
        }),
      },
      AbortSignal.abort(new Error("before")),
    );
    await expect(drain(items)).rejects.toThrow("before");
    expect(closed).toBe(true);
  });

  it("leaves one listener while it reads and none after the end, an error or a break", async () => {
    const { signal } = new AbortController();
    const listeners = () => getEventListeners(signal, "abort").length;
    async function* counting(fails: boolean): AsyncGenerator<number> {
      for (let k = 0; k < 3; k++) {
        yield k;
        expect(listeners()).toBe(1);
      }
      if (fails) throw new Error("the source broke");
    }
    expect(await drain(untilAborted(counting(false), signal))).toEqual([0, 1, 2]);
    expect(listeners()).toBe(0);
    await expect(drain(untilAborted(counting(true), signal))).rejects.toThrow("the source broke");
    expect(listeners()).toBe(0);
    for await (const item of untilAborted(counting(false), signal)) if (item === 1) break;
    expect(listeners()).toBe(0);
  });

  it("does nothing to what cannot stall", () => {
    const rows = [1, 2];
    expect(untilAborted(rows, new AbortController().signal)).toBe(rows);
    const source = stalling();
    expect(untilAborted(source, undefined)).toBe(source);
  });
});
