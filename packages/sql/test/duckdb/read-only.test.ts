import { expect, it } from "vitest";
import { duckdb } from "../../src/duckdb.ts";
import type { SqlSession } from "../../src/index.ts";

const sum = async (session: SqlSession): Promise<unknown> =>
  (await session.query("SELECT sum(a)::INTEGER AS n FROM numbers").row())["n"];

it("a transaction that reads does not wait for one that writes, and sees one state throughout", async () => {
  await using engine = duckdb(":memory:");
  await engine.execute("CREATE TABLE numbers AS SELECT 1 AS a");
  const read = Promise.withResolvers<undefined>();
  const wrote = Promise.withResolvers<undefined>();
  const writing = engine.transaction(async (session) => {
    await session.execute("INSERT INTO numbers VALUES (2)");
    await read.promise;
  });
  const seen = await engine.transaction(
    async (session) => {
      const before = await sum(session);
      read.resolve(undefined);
      await writing.then(() => wrote.resolve(undefined));
      await wrote.promise;
      return [before, await sum(session)];
    },
    { readOnly: true },
  );
  expect(seen).toEqual([1, 1]);
  expect(await sum(engine)).toBe(3);
  const nested = engine.transaction(
    () => engine.transaction(() => Promise.resolve(), { readOnly: true }),
    { readOnly: true },
  );
  await expect(nested).rejects.toMatchObject({ code: "SQL_UNSUPPORTED" });
});
