import { expect } from "vitest";
import type { Store } from "../../src/store/store.ts";
import { once, startFaultProxy } from "./fault-proxy.ts";

const OURS = new TextEncoder().encode("ours");

/** What lies between a store and its server in the test: repeated soon, given up soon, and not asked for its promise. */
export interface Faulty {
  readonly endpoint: string;
  readonly probe: false;
  readonly retryDelayMs: number;
  readonly timeoutMs: number;
}

/** Asserts that a store whose requests and answers get lost on their way to a server loses and doubles nothing. */
export async function survivesFaults(
  server: string,
  open: (options: Faulty) => Store,
): Promise<void> {
  const proxy = await startFaultProxy(server);
  try {
    const { endpoint } = proxy;
    const store = open({ endpoint, probe: false, retryDelayMs: 1, timeoutMs: 500 });
    for (const fault of [
      "reset",
      "reset after",
      "silent after",
      { answer: 503 },
      { answerAfter: 500 },
    ] as const) {
      const path = `log/${JSON.stringify(fault)}`;
      proxy.plan = once("PUT", "/log/", fault);
      expect(await store.putIfAbsent(path, OURS)).toBe(true);
      expect(await store.putIfAbsent(path, OURS)).toBe(false);
      proxy.plan = once("GET", "/log/", fault, "truncate");
      expect(await store.get(path)).toEqual(OURS);
    }
  } finally {
    await proxy.stop();
  }
}
