import { retrying } from "@lakewright/core";
import { describe, expect, it, vi } from "vitest";

const passing = new Error("busy");
const lasting = new Error("no such table");
const options = { when: (error: unknown): boolean => error === passing, firstPauseMs: 1 };

/** Fails with these, one after the other, then gives "done". */
function failing(...errors: readonly Error[]): () => Promise<string> {
  let calls = 0;
  return vi.fn(() => {
    const error = errors[calls++];
    return error === undefined ? Promise.resolve("done") : Promise.reject(error);
  });
}

describe("retrying", () => {
  it("tries again what may pass, until it succeeds", async () => {
    const attempt = failing(passing, passing);
    expect(await retrying({ ...options, retries: 2 }, attempt)).toBe("done");
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  it("gives up after so many times, with the last error", async () => {
    const attempt = failing(passing, passing, passing);
    await expect(retrying({ ...options, retries: 2 }, attempt)).rejects.toBe(passing);
    expect(attempt).toHaveBeenCalledTimes(3);
    const once = failing(passing);
    await expect(retrying({ ...options, retries: 0 }, once)).rejects.toBe(passing);
    expect(once).toHaveBeenCalledTimes(1);
  });

  it("does not try again what trying cannot help", async () => {
    const attempt = failing(passing, lasting);
    await expect(retrying({ ...options, retries: 5 }, attempt)).rejects.toBe(lasting);
    expect(attempt).toHaveBeenCalledTimes(2);
  });

  it("pauses for any part of a time that doubles, up to the longest", async () => {
    const { setTimeout: wait } = globalThis;
    const pauses: number[] = [];
    const waits = vi.spyOn(globalThis, "setTimeout").mockImplementation(((
      run: () => void,
      ms: number,
    ) => {
      pauses.push(Math.round(ms));
      return wait(run, 0);
    }) as never);
    const draw = vi.spyOn(crypto, "getRandomValues").mockImplementation((array) => {
      (array as unknown as Uint32Array)[0] = 2 ** 32 - 1;
      return array;
    });
    try {
      const attempt = failing(passing, passing, passing, passing);
      const timed = { ...options, retries: 4, firstPauseMs: 100, longestPauseMs: 350 };
      expect(await retrying(timed, attempt)).toBe("done");
    } finally {
      draw.mockRestore();
      waits.mockRestore();
    }
    expect(pauses).toEqual([100, 200, 350, 350]);
  });

  it("stops at the signal, with its reason", async () => {
    const control = new AbortController();
    const reason = new Error("enough");
    const attempt = failing(passing);
    const timed = { ...options, retries: 1, firstPauseMs: 60_000, longestPauseMs: 60_000 };
    const trying = retrying({ ...timed, signal: control.signal }, attempt);
    setTimeout(() => control.abort(reason), 5);
    await expect(trying).rejects.toBe(reason);
    expect(attempt).toHaveBeenCalledTimes(1);
  });
});
