import { describe, expect, it } from "vitest";
import { type SqlEngine } from "../../src/index.ts";
import { type EngineUnderTest, freshName, sharedEngine } from "./engines.ts";

export function lockCases(under: EngineUnderTest): void {
  describe("named locks", () => {
    const engine = sharedEngine(under);
    const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

    /** How many run at once, at most, when each of these engines runs three. */
    const crowd = async (engines: readonly SqlEngine[], name: string): Promise<number> => {
      let running = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        most = Math.max(most, ++running);
        await pause(5);
        running--;
      };
      const all = engines.flatMap((one) => [1, 2, 3].map(() => one.withLock(name, work)));
      await Promise.all(all);
      return most;
    };

    it("let one run at a time, and give what it gives", async () => {
      expect(await crowd([engine()], "a name: ' \" 日本")).toBe(1);
      expect(await engine().withLock("x", () => Promise.resolve(7))).toBe(7);
    });

    it("hold between engines on one database", async (context) => {
      const rival = await under.rival?.();
      if (rival === undefined) return context.skip("It is in this process alone.");
      await using other = rival;
      expect(await crowd([engine(), other], "shared")).toBe(1);
    });

    it("of different names do not wait for each other", async () => {
      const value = await engine().withLock("a", () =>
        engine().withLock("b", () => Promise.resolve(1)),
      );
      expect(value).toBe(1);
    });

    it("are waited for as long as one may, or until an abort", async () => {
      const name = freshName();
      const reason = new Error("enough");
      await engine().withLock(name, async () => {
        for (const waitMs of [0, 60]) {
          const late = engine().withLock(name, () => Promise.reject(new Error("ran")), { waitMs });
          await expect(late).rejects.toMatchObject({
            code: "SQL_TIMEOUT",
            details: { lock: name, waitMs },
          });
        }
        const controller = new AbortController();
        const { signal } = controller;
        const left = engine().withLock(name, () => Promise.reject(new Error("ran")), { signal });
        setTimeout(() => controller.abort(reason), 20);
        await expect(left).rejects.toBe(reason);
      });
      expect(await engine().withLock(name, () => Promise.resolve(1), { waitMs: 0 })).toBe(1);
    });

    it("are free again when the function throws, and while held the engine works", async () => {
      const reason = new Error("no");
      const name = freshName();
      const work = engine().withLock(name, async () => {
        await engine().execute(`CREATE TABLE ${name} (a INTEGER)`);
        await engine().transaction((session) => session.execute(`INSERT INTO ${name} VALUES (1)`));
        throw reason;
      });
      await expect(work).rejects.toBe(reason);
      expect(await engine().withLock(name, () => Promise.resolve(1), { waitMs: 0 })).toBe(1);
    });

    it("are refused inside a transaction, which would wait while others wait for it", async () => {
      const work = engine().transaction(() => engine().withLock("x", () => Promise.resolve()));
      await expect(work).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
      for (const bad of [["", {}] as const, ["x", { waitMs: -1 }] as const]) {
        const wrong = engine().withLock(bad[0], () => Promise.resolve(), bad[1]);
        await expect(wrong).rejects.toMatchObject({ code: "CORE_INVALID_OPTION" });
      }
    });
  });
}
