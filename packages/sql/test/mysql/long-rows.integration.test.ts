import { defineTable, utf8 } from "@lakewright/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sql, type SqlEngine } from "../../src/index.ts";
import { mysql } from "../../src/mysql.ts";
import { serverForTests } from "./server.ts";

const texts = defineTable("texts", { b: utf8() });
/** Bytes of the longest packet of the protocol. */
const LONGEST = 0xff_ff_ff;

for (const name of ["MySQL", "MariaDB"] as const) {
  const server = await serverForTests(name);

  describe.skipIf(server === undefined)(`long rows on ${name}`, { timeout: 120_000 }, () => {
    let engine: SqlEngine;
    beforeAll(async () => {
      const url = await server!.createDatabase();
      engine = mysql({ connectionString: url, maxConnections: 1 });
      await engine.execute("CREATE TABLE texts (b LONGTEXT NOT NULL)");
    });
    afterAll(() => engine.close());

    const connectionId = async (): Promise<unknown> =>
      (await engine.query("SELECT CONNECTION_ID() AS c").row())["c"];

    it("loads them, whatever their length, and longer than max_allowed_packet", async () => {
      const before = await connectionId();
      const around = [LONGEST, 2 * LONGEST].flatMap((n) =>
        [-5, -4, -3, -2, -1, 0].map((k) => n + k),
      );
      for (const length of [...around, 512 * 1024 - 2, 512 * 1024 - 1, 512 * 1024, 70_000_000]) {
        const rows = [{ b: "x".repeat(length) }, { b: "tail" }];
        expect(await engine.load("texts", texts, rows)).toEqual({ rows: 2 });
        const lengths = await engine.query("SELECT LENGTH(b) AS n FROM texts ORDER BY n").rows();
        expect(lengths.map(({ n }) => Number(n))).toEqual([4, length]);
        await engine.execute("DELETE FROM texts");
      }
      expect(await connectionId()).toEqual(before);
    });

    // MariaDB takes 16 MB in one request.
    it.runIf(name === "MySQL")("runs statements of any length", async () => {
      const before = await connectionId();
      // The first byte of the request, and on some servers two of attributes, are before the text.
      for (let length = LONGEST - 7; length <= LONGEST; length++) {
        const text = "x".repeat(length - "DO LENGTH('')".length);
        expect(await engine.execute(`DO LENGTH('${text}')`)).toBe(0);
        expect(await engine.execute(sql`DO LENGTH(${text})`)).toBe(0);
      }
      expect(await connectionId()).toEqual(before);
    });
  });
}
