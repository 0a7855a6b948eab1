import { type SqlEngine, SqlError } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { openAuditLog } from "@lakewright/warehouse/audit";
import { expect, it } from "vitest";

const event = { actor: "ann", action: "read", subject: "sales" };

/** An engine whose transactions lose against another writer, so many times. */
function losing(engine: SqlEngine, state: { losses: number; tries: number }): SqlEngine {
  return new Proxy(engine, {
    get: (target, name) => {
      if (name === "transaction") {
        return (...args: Parameters<SqlEngine["transaction"]>) => {
          state.tries++;
          if (state.losses-- > 0) return Promise.reject(new SqlError("SQL_CONFLICT", "lost"));
          return target.transaction(...args);
        };
      }
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

it("an append that loses against other writers is tried again, after pauses that a signal ends", async () => {
  await using engine = duckdb(":memory:");
  await openAuditLog(engine);
  const state = { losses: 0, tries: 0 };
  const log = await openAuditLog(losing(engine, state));
  Object.assign(state, { losses: 4, tries: 0 });
  expect(await log.append(event)).toMatchObject([{ sequence: 1n }]);
  expect(state.tries).toBe(5);
  Object.assign(state, { losses: Infinity, tries: 0 });
  const stop = new AbortController();
  const append = log.append(event, { signal: stop.signal });
  setTimeout(() => stop.abort(new Error("stopped")), 30);
  await expect(append).rejects.toThrow("stopped");
  expect(state.tries).toBeGreaterThan(1);
  expect(state.tries).toBeLessThan(20);
});

it("an append in a transaction of the caller heeds its signal", async () => {
  await using engine = duckdb(":memory:");
  const log = await openAuditLog(engine);
  const signal = AbortSignal.abort(new Error("stopped"));
  await expect(
    engine.transaction((session) => log.append(event, { session, signal })),
  ).rejects.toThrow("stopped");
  // Stopped between its statements, too.
  const stop = new AbortController();
  const work = engine.transaction((session) => {
    const stopping = new Proxy(session, {
      get: (target, name) => {
        if (name === "query") stop.abort(new Error("stopped later"));
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    return log.append(event, { session: stopping, signal: stop.signal });
  });
  await expect(work).rejects.toThrow();
  expect(await log.verify()).toMatchObject({ ok: true, entries: 0n });
  await expect(log.append(event, { sesion: engine } as never)).rejects.toThrow(
    /no option "sesion"/,
  );
});
