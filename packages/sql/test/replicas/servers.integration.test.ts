import { afterAll, describe, expect, it } from "vitest";
import { startMysql } from "../../../../tools/services/mysql.ts";
import { startPostgres } from "../../../../tools/services/postgres.ts";
import { readReplicas, type SqlEngine } from "../../src/index.ts";
import { mysql } from "../../src/mysql.ts";
import { postgres } from "../../src/postgres.ts";

interface Server {
  createDatabase(): Promise<string>;
  stop(): Promise<unknown>;
}

const KINDS: readonly {
  readonly name: string;
  start(): Promise<Server>;
  open(url: string): SqlEngine;
  /** Statements that let the server of a replica do nothing but follow. */
  readonly follow: (database: string) => string;
}[] = [
  {
    name: "Postgres",
    start: startPostgres,
    open: postgres,
    follow: (database) => `ALTER DATABASE "${database}" SET default_transaction_read_only = on`,
  },
  {
    name: "MySQL",
    start: startMysql,
    open: mysql,
    follow: () => "SET GLOBAL super_read_only = ON",
  },
];

for (const { name, start, open, follow } of KINDS) {
  const servers = await Promise.all([start(), start()]).catch((error: unknown) => {
    console.warn(`${name} is skipped: ${String(error)}`);
    return undefined;
  });

  describe.skipIf(servers === undefined)(`replicas of ${name}`, () => {
    afterAll(() => Promise.all(servers!.map((server) => server.stop())));

    it("answer queries, leave what writes to the primary, and may go away", async () => {
      const [primaryUrl, replicaUrl] = (await Promise.all(
        servers!.map((server) => server.createDatabase()),
      )) as [string, string];
      for (const [url, who] of [
        [primaryUrl, "primary"],
        [replicaUrl, "replica"],
      ] as const) {
        await using engine = open(url);
        await engine.execute("CREATE TABLE me (name VARCHAR(10) PRIMARY KEY)");
        await engine.execute(`INSERT INTO me VALUES ('${who}')`);
        if (who === "replica") await engine.execute(follow(new URL(url).pathname.slice(1)));
      }
      const replica = open(replicaUrl);
      await using engine = readReplicas(open(primaryUrl), [replica], { retryAfterMs: 60_000 });
      const names = async (): Promise<unknown[]> =>
        (await engine.query("SELECT name FROM me ORDER BY name").rows()).map((row) => row["name"]);
      expect(await names()).toEqual(["replica"]);
      // A query that writes: the replica refuses it, and the primary does it.
      await engine.query("INSERT INTO me VALUES ('written')").rows();
      await engine.execute("INSERT INTO me VALUES ('more')");
      expect(await names()).toEqual(["replica"]);
      await expect(replica.execute("DELETE FROM me")).rejects.toThrow(/read-only/);
      // What is wrong with a query is wrong everywhere.
      await expect(engine.query("SELECT nowhere FROM me").rows()).rejects.toThrow("nowhere");
      await servers![1]!.stop();
      expect(await names()).toEqual(["more", "primary", "written"]);
      const started = performance.now();
      expect(await names()).toEqual(["more", "primary", "written"]);
      expect(performance.now() - started).toBeLessThan(2000);
    });
  });
}
