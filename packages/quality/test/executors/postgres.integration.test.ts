import { list, utf8 } from "@lakewright/core";
import { formats, portablePattern } from "@lakewright/quality";
import { bind, sql } from "@lakewright/sql";
import { postgres } from "@lakewright/sql/postgres";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { startPostgres } from "../../../../tools/services/postgres.ts";
import { pattern, texts } from "../pattern/arbitrary.ts";
import { expectAgreement } from "./agreement.ts";
import { expectSameSummaries } from "./summaries.ts";

const server = await startPostgres().catch((error: unknown) => {
  console.warn(`Postgres is skipped: ${String(error)}`);
  return undefined;
});
afterAll(() => server?.stop());

describe.skipIf(server === undefined)("on Postgres", () => {
  it("counts what it counts in batches, and what a naive reading counts", async () => {
    await using engine = postgres(await server!.createDatabase());
    await expectAgreement(engine, 150, 19);
  });

  it("summarises as it does in batches, and as by hand", async () => {
    await using engine = postgres(await server!.createDatabase());
    await expectSameSummaries(engine, 60);
  });

  it("matches portable patterns as JavaScript does", async () => {
    await using engine = postgres(await server!.createDatabase());
    const sources = fc.oneof(
      { arbitrary: pattern, weight: 9 },
      fc.constantFrom(...Object.values(formats)),
    );
    await fc.assert(
      fc.asyncProperty(sources, texts, async (source, texts) => {
        const portable = portablePattern(source);
        const expression = new RegExp(portable, "u");
        const rows = await engine
          .query(
            sql`SELECT text, ${engine.dialect.regexMatches(sql`text`, bind(portable, utf8().type))} AS found FROM (SELECT unnest(${bind(texts, list(utf8()).type)}) AS text) AS texts`,
          )
          .rows();
        expect(rows).toEqual(texts.map((text) => ({ text, found: expression.test(text) })));
      }),
      { numRuns: 200, seed: 13 },
    );
  });
});
