import { defineTable, int64, naiveTimestamp } from "@lakewright/core";
import { type SqlEngine, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import { extract, memoryState, watermark } from "@lakewright/warehouse/extract";
import { describe, expect, it } from "vitest";

const table = defineTable("notes", { n: int64(), changed: naiveTimestamp() });
const MINUTE = 60_000;

/** The engine, and a clock of it that a test sets. */
function withClock(engine: SqlEngine, now: () => Date): SqlEngine {
  return new Proxy(engine, {
    get(target, name) {
      if (name !== "query") return Reflect.get(target, name, target) as unknown;
      return (statement: Parameters<SqlEngine["query"]>[0], ...rest: never[]) => {
        const isClock =
          typeof statement === "object" &&
          statement.render(engine.dialect).text.startsWith("SELECT now()");
        const asked = isClock ? sql`SELECT ${now()} AS "now"` : statement;
        return target.query(asked, ...rest);
      };
    },
  });
}

/** As a wall clock of Paris shows it. */
const reading = (at: Date): string =>
  at.toLocaleString("sv-SE", { timeZone: "Europe/Paris" }).replace(" ", "T");

describe("cursors of a wall clock", () => {
  it.each([
    ["set back", "2026-10-24T23:00:00Z", 7, 13],
    ["set back", "2026-10-24T23:03:00Z", 5, 31],
    ["set back", "2026-10-24T23:59:00Z", 11, 20],
    ["set forward", "2026-03-29T00:00:00Z", 7, 13],
  ])("lose no row and give none twice when it is %s (from %s)", async (_, from, every, runs) => {
    await using engine = duckdb(":memory:");
    await engine.execute("CREATE TABLE notes (n BIGINT PRIMARY KEY, changed TIMESTAMP)");
    let now = new Date(from);
    const source = { table, path: ["notes"], primaryKey: ["n"] };
    const strategy = watermark({
      cursor: "changed",
      cursorZone: "Europe/Paris",
      onCursorBack: "error",
    });
    const state = memoryState();
    const clocked = withClock(engine, () => now);
    const delivered: number[] = [];
    const read = async () => {
      const extraction = extract(clocked, source, { strategy, state });
      for await (const row of extraction.rows()) delivered.push(Number(row["n"]));
      await extraction.commit();
    };
    const start = now.getTime();
    let written = 0;
    for (let minute = 0; minute <= 300; minute++) {
      now = new Date(start + minute * MINUTE);
      if (minute % every === 0) {
        await engine.execute(`INSERT INTO notes VALUES (${++written}, '${reading(now)}')`);
      }
      if (minute % runs === 0) await read();
    }
    await read();
    expect(delivered.sort((a, b) => a - b)).toEqual(
      Array.from({ length: written }, (_, k) => k + 1),
    );
  });
});
