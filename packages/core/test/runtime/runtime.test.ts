import { channel, tracingChannel } from "node:diagnostics_channel";
import {
  CoreError,
  parseOptions,
  type Progress,
  progressReporter,
  publish,
  seededRandom,
  trace,
  warn,
} from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { z } from "zod";

describe("seededRandom", () => {
  it("repeats itself, and differs by seed and fork", () => {
    const draw = (seed: number): number[] =>
      Array.from(
        { length: 5 },
        (
          (r) => () =>
            r.next()
        )(seededRandom(seed)),
      );
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(2 ** 40 + 7)).not.toEqual(draw(7));
    const parent = seededRandom(7);
    expect(parent.fork(1).next()).toBe(seededRandom(7).fork(1).next());
    expect(parent.fork(1).next()).not.toBe(parent.fork(2).next());
  });

  it("draws what it says: uniform, unbiased integers, the normal distribution", () => {
    const random = seededRandom(1);
    const n = 200_000;
    let sum = 0;
    let squares = 0;
    let normalSum = 0;
    let normalSquares = 0;
    const counts = new Array<number>(7).fill(0);
    let outside = 0;
    for (let i = 0; i < n; i++) {
      const u = random.next();
      if (!(u >= 0 && u < 1)) outside++;
      sum += u;
      squares += u * u;
      counts[random.integer(7)]!++;
      const z = random.normal();
      normalSum += z;
      normalSquares += z * z;
    }
    expect(outside).toBe(0);
    expect(sum / n).toBeCloseTo(0.5, 2);
    expect(squares / n).toBeCloseTo(1 / 3, 2);
    const chiSquare = counts.reduce((total, count) => total + (count - n / 7) ** 2 / (n / 7), 0);
    expect(chiSquare).toBeLessThan(22.5); // 6 degrees of freedom, p = 0.001
    expect(normalSum / n).toBeCloseTo(0, 1);
    expect(normalSquares / n).toBeCloseTo(1, 1);
  });

  it("picks and shuffles everything once", () => {
    const random = seededRandom(3);
    const items = Array.from({ length: 50 }, (_, i) => i);
    expect(items).toContain(random.pick(items));
    expect(random.shuffle([...items]).sort((a, b) => a - b)).toEqual(items);
  });
});

describe("parseOptions", () => {
  const schema = z.strictObject({ rows: z.int().positive().default(10) });

  it("gives the options with their defaults", () => {
    expect(parseOptions("batch options", schema, {})).toEqual({ rows: 10 });
  });

  it("names the unknown option and the wrong value", () => {
    expect(() => parseOptions("batch options", schema, { row: 5 })).toThrow(
      /Invalid batch options:.*"row"/,
    );
    expect(() => parseOptions("batch options", schema, { rows: -1 })).toThrow(/rows:/);
    expect(() => parseOptions("batch options", schema, 5)).toThrow(CoreError);
  });
});

describe("progressReporter", () => {
  it("passes on the first and the last of a phase, and few between", () => {
    const seen: Progress[] = [];
    const report = progressReporter((progress) => seen.push(progress));
    for (let done = 0; done <= 1000; done++)
      report({ phase: "write", done, total: 1000, unit: "rows" });
    report({ phase: "commit", done: 0, unit: "steps" });
    expect(seen[0]).toMatchObject({ done: 0 });
    expect(seen.at(-2)).toMatchObject({ phase: "write", done: 1000 });
    expect(seen.at(-1)).toMatchObject({ phase: "commit" });
    expect(seen.length).toBeLessThan(20);
  });

  it("keeps a listener's error out of the job", () => {
    const errors: unknown[] = [];
    const report = progressReporter(
      () => {
        throw new Error("listener");
      },
      (error) => errors.push(error),
    );
    report({ phase: "a", done: 0, unit: "rows" });
    expect(errors).toHaveLength(1);
  });
});

describe("telemetry", () => {
  it("runs traced work and tells subscribers its context", async () => {
    const events: unknown[] = [];
    const subscribers = {
      start: (context: unknown) => events.push(["start", context]),
      end: () => {},
      asyncStart: () => {},
      asyncEnd: (context: unknown) => events.push(["done", context]),
      error: () => {},
    };
    const traced = tracingChannel("lakewright:test.work");
    traced.subscribe(subscribers as never);
    const context = { table: "t" };
    expect(await trace("test.work", context, () => Promise.resolve(5))).toBe(5);
    await expect(trace("test.work", {}, () => Promise.reject(new Error("no")))).rejects.toThrow(
      "no",
    );
    traced.unsubscribe(subscribers as never);
    expect(events.slice(0, 2)).toEqual([
      ["start", context],
      ["done", context],
    ]);
  });

  it("publishes messages and warnings and prints nothing", () => {
    const seen: unknown[] = [];
    const listen = (message: unknown): void => void seen.push(message);
    for (const name of ["lakewright:thing", "lakewright:warning"]) channel(name).subscribe(listen);
    publish("thing", { a: 1 });
    warn("CORE_X", "Careful.", { b: 2 });
    for (const name of ["lakewright:thing", "lakewright:warning"])
      channel(name).unsubscribe(listen);
    expect(seen).toEqual([{ a: 1 }, { code: "CORE_X", message: "Careful.", details: { b: 2 } }]);
  });
});
