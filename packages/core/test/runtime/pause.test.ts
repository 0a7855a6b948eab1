import { getEventListeners } from "node:events";
import { jittered, pause } from "@lakewright/core";
import { expect, it } from "vitest";

it("waits, and leaves nothing on the signal", async () => {
  const { signal } = new AbortController();
  const start = performance.now();
  await pause(30, signal);
  expect(performance.now() - start).toBeGreaterThan(25);
  expect(getEventListeners(signal, "abort")).toEqual([]);
});

it("stops at the signal, or does not begin, with its reason", async () => {
  const control = new AbortController();
  const reason = new Error("enough");
  const start = performance.now();
  const waiting = pause(60_000, control.signal);
  control.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(pause(60_000, control.signal)).rejects.toBe(reason);
  expect(performance.now() - start).toBeLessThan(5000);
});

it("draws any part of a time, and another each time", () => {
  const drawn = Array.from({ length: 1000 }, () => jittered(50));
  expect(drawn.every((ms) => ms >= 0 && ms < 50)).toBe(true);
  expect(new Set(drawn).size).toBeGreaterThan(900);
  expect(Math.min(...drawn)).toBeLessThan(5);
  expect(Math.max(...drawn)).toBeGreaterThan(45);
});
