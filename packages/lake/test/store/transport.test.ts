import { expect, test } from "vitest";
import { assertCommits } from "../../src/store/capabilities.ts";
import { retryAfterMs } from "../../src/store/http/answer.ts";
import { Transport } from "../../src/store/http/transport.ts";
import { memoryStore } from "../../src/store/memory.ts";

const asked = (value: string): Headers => new Headers({ "retry-after": value });

test.each([
  ["3", 3000],
  [" 0 ", 0],
  ["Sat, 21 Nov 2026 12:00:05 GMT", 5000],
  ["Sat, 21 Nov 2026 11:00:00 GMT", 0],
  ["soon", undefined],
])("Retry-After %j asks for %j ms", (value, ms) => {
  expect(retryAfterMs(asked(value), Date.parse("2026-11-21T12:00:00Z"))).toBe(ms);
});

/** Answers in turn, the last one for ever; keeps the times of requests. */
function scripted(...answers: readonly Response[]): { fetch: typeof fetch; times: number[] } {
  const left = [...answers];
  const times: number[] = [];
  return {
    times,
    fetch: async () => {
      times.push(performance.now());
      return (left.length > 1 ? left.shift()! : left[0]!).clone();
    },
  };
}
const busy = (headers: Record<string, string> = {}): Response =>
  new Response("busy", { status: 503, headers });
const url = "http://localhost/x";

test("waits as long as the server asks, and not where it asks for more than a minute", async () => {
  const { fetch, times } = scripted(busy({ "retry-after": "1" }), new Response("ok"));
  const transport = new Transport({ fetch, retryDelayMs: 1 }, (request) => request);
  expect(await transport.send({ method: "GET", url })).toMatchObject({
    status: 200,
    earlier: [503],
  });
  expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(990);
  const patient = scripted(busy({ "retry-after": "3600" }));
  const other = new Transport({ fetch: patient.fetch }, (request) => request);
  expect(await other.send({ method: "GET", url })).toMatchObject({ status: 503, earlier: [] });
});

test("waits ever longer, by chance, and repeats as often as it may", async () => {
  const { fetch, times } = scripted(busy());
  const transport = new Transport({ fetch, retries: 5, retryDelayMs: 8 }, (request) => request);
  const { status, earlier } = await transport.send({ method: "GET", url });
  expect({ status, earlier }).toEqual({ status: 503, earlier: [503, 503, 503, 503, 503] });
  expect(times).toHaveLength(6);
  // At most 8 + 16 + 32 + 64 + 128 ms, and what the machine adds.
  expect(times[5]! - times[0]!).toBeLessThan(248 + 2000);
});

test("what signing throws is thrown at once", async () => {
  const { fetch, times } = scripted(new Response("ok"));
  const transport = new Transport({ fetch }, () => Promise.reject(new Error("no credentials")));
  await expect(transport.send({ method: "GET", url })).rejects.toThrow("no credentials");
  expect(times).toEqual([]);
});

test("a body shorter than its length is no answer, one that was compressed on the way is", async () => {
  const short = scripted(new Response("12345", { headers: { "content-length": "9" } }));
  const transport = new Transport({ fetch: short.fetch, retries: 0 }, (request) => request);
  expect(await transport.send({ method: "GET", url })).toMatchObject({
    status: 0,
    problem: "the body ended after 5 of 9 bytes",
  });
  const headers = { "content-length": "9", "content-encoding": "gzip" };
  const packed = scripted(new Response("12345", { headers }));
  const other = new Transport({ fetch: packed.fetch, retries: 0 }, (request) => request);
  expect(await other.send({ method: "GET", url })).toMatchObject({ status: 200 });
});

test("a store that cannot commit is refused by what it says of itself", () => {
  const store = memoryStore();
  assertCommits(store);
  const says = (write: boolean, putIfAbsent: boolean): typeof store =>
    Object.assign(Object.create(store) as typeof store, {
      capabilities: { write, putIfAbsent, list: true },
    });
  expect(() => assertCommits(says(false, false))).toThrow(
    expect.objectContaining({ code: "LAKE_STORE_PERMISSION" }),
  );
  expect(() => assertCommits(says(true, false))).toThrow(
    expect.objectContaining({ code: "LAKE_STORE_UNSAFE" }),
  );
});
