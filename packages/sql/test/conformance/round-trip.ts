import { conformBatch, toBatch, toRows } from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bind, createTable, id, joinSql, sql } from "../../src/index.ts";
import { anyFilled } from "./arbitrary.ts";
import { type EngineUnderTest, freshName, sharedEngine } from "./engines.ts";

export function roundTripCases(under: EngineUnderTest): void {
  describe("round trips", () => {
    const engine = sharedEngine(under);
    const values = () => ({
      dialect: engine().dialect,
      finite: !engine().capabilities.nonFiniteNumbers,
      years: under.years,
    });

    it(
      "gives back what was loaded, whatever the columns and values",
      { timeout: 60_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(anyFilled(values()), fc.boolean(), async ({ table, rows }, one) => {
            const name = freshName();
            await engine().execute(createTable(engine().dialect, name, table, { checks: true }));
            const data = one ? toBatch(table, rows as never) : (rows as never);
            expect(await engine().load(name, table, data)).toEqual({ rows: rows.length });
            const columns = joinSql(table.fields.map((field) => id(field.name)));
            const batches = await engine()
              .query(sql`SELECT ${columns} FROM ${id(name)} ORDER BY "at"`, { batchRows: 7 })
              .batches();
            const seen = batches.flatMap((batch) => toRows(conformBatch(table, batch)));
            expect(seen).toEqual(rows.map((row) => ({ ...row })));
            await engine().execute(sql`DROP TABLE ${id(name)}`);
          }),
          { numRuns: 80 },
        );
      },
    );

    it(
      "gives back what was bound, with the type it was bound as",
      { timeout: 60_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(
            anyFilled({ ...values(), truths: under.truth === undefined }),
            async ({ table, rows }) => {
              for (const row of rows.slice(0, 3)) {
                const values = table.fields.map(
                  ({ name, column }) => sql`${bind(row[name], column.type)} AS ${id(name)}`,
                );
                const [batch] = await engine()
                  .query(sql`SELECT ${joinSql(values)}`)
                  .batches();
                expect(toRows(conformBatch(table, batch!))).toEqual([row]);
              }
            },
          ),
          { numRuns: 60 },
        );
      },
    );
  });
}
