import { defineTable, int32 } from "@lakewright/core";
import { afterEach, expect, it } from "vitest";
import { duckdb } from "../../src/duckdb.ts";
import {
  postgresDialect,
  readReplicas,
  type ReadReplicasOptions,
  type SqlEngine,
  SqlError,
  type TransactionOptions,
} from "../../src/index.ts";

const numbers = defineTable("numbers", { a: int32() });
const opened: SqlEngine[] = [];
afterEach(async () => {
  for (const engine of opened.splice(0)) await engine.close();
});

/** Databases that tell who they are, and have one table. */
async function databases(names: readonly string[]): Promise<SqlEngine[]> {
  return Promise.all(
    names.map(async (name) => {
      const engine = duckdb(":memory:");
      opened.push(engine);
      await engine.execute(`CREATE TABLE me AS SELECT '${name}' AS name`);
      await engine.execute("CREATE TABLE numbers (a INTEGER)");
      return engine;
    }),
  );
}

/** A replica that fails when told to; `asked` counts. */
function failing(
  engine: SqlEngine,
  failure: { error: Error | undefined; asked: number },
): SqlEngine {
  return new Proxy(engine, {
    get: (target, key) => {
      if (key === "query") {
        return (...args: Parameters<SqlEngine["query"]>) => {
          failure.asked++;
          return failure.error === undefined
            ? target.query(...args)
            : { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(failure.error!) }) };
        };
      }
      const value: unknown = Reflect.get(target, key);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

const who = async (engine: SqlEngine): Promise<unknown> =>
  (await engine.query("SELECT name FROM me").row())["name"];
const many = async (engine: SqlEngine, times: number): Promise<unknown[]> => {
  const seen: unknown[] = [];
  for (let k = 0; k < times; k++) seen.push(await who(engine));
  return seen;
};

it("asks the replicas in turn, and writes to the primary", async () => {
  const [primary, a, b] = await databases(["primary", "a", "b"]);
  const engine = readReplicas(primary!, [a!, b!]);
  expect(await many(engine, 4)).toEqual(["a", "b", "a", "b"]);
  await engine.execute("INSERT INTO numbers VALUES (1)");
  await engine.load("numbers", numbers, [{ a: 2 }]);
  const inside = await engine.transaction(async (session) => {
    await session.execute("INSERT INTO numbers VALUES (3)");
    return (await session.query("SELECT name FROM me").row())["name"];
  });
  expect(inside).toBe("primary");
  expect(await engine.withLock("x", () => Promise.resolve(1))).toBe(1);
  expect(await primary!.query("SELECT a FROM numbers ORDER BY a").rows()).toHaveLength(3);
  expect(await engine.query("SELECT a FROM numbers").rows()).toEqual([]);
  expect(engine.table("me").engine).toBe(engine);
});

it("passes over a replica that is away, for a while, and falls back to the primary", async () => {
  const [primary, a, b] = await databases(["primary", "a", "b"]);
  const away = { error: new SqlError("SQL_CONNECTION", "away") as Error | undefined, asked: 0 };
  const gone = { error: undefined as Error | undefined, asked: 0 };
  const engine = readReplicas(primary!, [failing(a!, away), failing(b!, gone)], {
    retryAfterMs: 150,
  });
  expect(await many(engine, 6)).toEqual(Array(6).fill("b"));
  expect(away.asked).toBe(1);
  gone.error = new SqlError("SQL_CONNECTION", "gone");
  expect(await many(engine, 3)).toEqual(Array(3).fill("primary"));
  away.error = undefined;
  gone.error = undefined;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(new Set(await many(engine, 2))).toEqual(new Set(["a", "b"]));
});

it("asks another where the answer is a conflict with what is replayed, or that nothing may be written", async () => {
  const [primary, a] = await databases(["primary", "a"]);
  const failure = { error: undefined as Error | undefined, asked: 0 };
  const engine = readReplicas(primary!, [failing(a!, failure)]);
  for (const error of [
    new SqlError("SQL_CONFLICT", "conflict with recovery"),
    new SqlError("SQL_QUERY_FAILED", "read only", { details: { sqlState: "25006" } }),
  ]) {
    failure.error = error;
    expect(await who(engine)).toBe("primary");
  }
  expect(failure.asked).toBe(2);
});

it("throws what is wrong with a query, without asking another", async () => {
  const [primary, a] = await databases(["primary", "a"]);
  const failure = { error: undefined, asked: 0 };
  const engine = readReplicas(failing(primary!, failure), [a!]);
  await expect(engine.query("SELECT nowhere").rows()).rejects.toThrow("nowhere");
  expect(failure.asked).toBe(0);
});

it("reads its own writes for the time asked for", async () => {
  const [primary, a] = await databases(["primary", "a"]);
  const engine = readReplicas(primary!, [a!], { readYourWritesMs: 150 });
  expect(await who(engine)).toBe("a");
  await engine.execute("INSERT INTO numbers VALUES (1)");
  expect(await who(engine)).toBe("primary");
  const write = engine.transaction(async (session) => {
    await session.execute("INSERT INTO numbers VALUES (2)");
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await who(engine)).toBe("primary");
  });
  await write;
  expect(await who(engine)).toBe("primary");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await who(engine)).toBe("a");
  await engine.transaction((session) => session.query("SELECT 1").rows(), { readOnly: true });
  expect(await who(engine)).toBe("a");
});

it("asks the primary while a lock is held, so that its holder sees what was written before", async () => {
  const [primary, a] = await databases(["primary", "a"]);
  const engine = readReplicas(primary!, [a!]);
  await engine.execute("INSERT INTO numbers VALUES (1)");
  const inside = await engine.withLock("x", async () => [
    await who(engine),
    await engine.withLock("y", () => who(engine)),
    await who(engine),
    (await engine.query("SELECT a FROM numbers").row())["a"],
  ]);
  expect(inside).toEqual(["primary", "primary", "primary", 1]);
  expect(await who(engine)).toBe("a");
  await expect(engine.withLock("x", () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await who(engine)).toBe("a");
  await expect(engine.withLock("x", undefined as never)).rejects.toThrow(/withLock/);
});

it("runs a transaction that may lag on one replica, and on another where that one fails", async () => {
  const [primary, a, b] = await databases(["primary", "a", "b"]);
  const engine = readReplicas(primary!, [a!, b!]);
  const twice = (options: TransactionOptions): Promise<unknown[]> =>
    engine.transaction(async (session) => {
      const names = [];
      for (let k = 0; k < 2; k++)
        names.push((await session.query("SELECT name FROM me").row())["name"]);
      return names;
    }, options);
  const lagging = { readOnly: true, mayLag: true } as const;
  expect([await twice(lagging), await twice(lagging)]).toEqual([
    ["a", "a"],
    ["b", "b"],
  ]);
  expect(await twice({ readOnly: true })).toEqual(["primary", "primary"]);
  expect(await engine.withLock("x", () => twice(lagging))).toEqual(["primary", "primary"]);
  const tried: unknown[] = [];
  const answer = await engine.transaction(async (session) => {
    const { name } = await session.query("SELECT name FROM me").row();
    tried.push(name);
    if (name !== "primary") throw new SqlError("SQL_CONFLICT", "conflict with recovery");
    return name;
  }, lagging);
  expect(answer).toBe("primary");
  expect(tried).toEqual(["a", "b", "primary"]);
  const write = engine.transaction((session) => session.execute("DELETE FROM me"), lagging);
  await expect(write).rejects.toThrow(/read-only/);
  await expect(
    engine.transaction(() => Promise.reject(new Error("wrong")), lagging),
  ).rejects.toThrow("wrong");
  for (const options of [{ mayLag: true }, { mayLag: true, readOnly: false }, { mayLag: 1 }]) {
    await expect(twice(options as TransactionOptions)).rejects.toMatchObject({
      code: "CORE_INVALID_OPTION",
    });
    await expect(
      primary!.transaction(() => Promise.resolve(), options as TransactionOptions),
    ).rejects.toMatchObject({ code: "CORE_INVALID_OPTION" });
  }
});

it("refuses what makes no sense", async () => {
  const [primary, a] = await databases(["primary", "a"]);
  const other = { ...a!, dialect: postgresDialect } as SqlEngine;
  const wrong: readonly (readonly [readonly SqlEngine[], ReadReplicasOptions])[] = [
    [[], {}],
    [[other], {}],
    [[a!], { readYourWritesMs: -1 }],
    [[a!], { maxLag: 1 } as object],
  ];
  for (const [replicas, options] of wrong) {
    expect(() => readReplicas(primary!, replicas, options)).toThrow(
      expect.objectContaining({ code: "CORE_INVALID_OPTION" }) as Error,
    );
  }
  const engine = readReplicas(primary!, [a!]);
  expect(() => engine.query("SELECT 1", { rows: 1 } as object)).toThrow('no option "rows"');
  await engine.close();
  await expect(a!.query("SELECT 1").rows()).rejects.toMatchObject({ code: "SQL_CLOSED" });
});
