import type { SqlEngine } from "@lakewright/sql";
import { ErpError } from "../failure.ts";
import type { SourceName } from "../cli/options.ts";
import { applyDay } from "../source/database/apply-day.ts";
import { constrainSource, createSource } from "../source/database/create.ts";
import { fillSource } from "../source/database/fill.ts";
import { type GeneratedSource, generateSource } from "../source/generate/generate.ts";
import { changesOfDay } from "../source/generate/day/changes.ts";
import { collectGarbage } from "./collect-garbage.ts";

export interface OpenSource extends AsyncDisposable {
  readonly engine: SqlEngine;
  /** Lets days pass until it is the day. */
  advance(day: number): Promise<number>;
  readonly rows: number;
}

export interface SourceOptions {
  readonly source: SourceName;
  readonly seed: number;
  readonly scale: number;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/**
 * The ERP's database on its first day: generated anew for each run, since the same seed gives the same rows.
 *
 * @throws ErpError ERP_SOURCE where the database cannot be had.
 */
export async function openSource({
  source,
  seed,
  scale,
  onProgress,
}: SourceOptions): Promise<OpenSource> {
  const { engine, stop } = await startSource(source);
  try {
    await createSource(engine);
    const rows = await fillSource(engine, generateSource({ seed, scale }).rows, {
      onProgress: ({ done, total }) => onProgress?.(done, total ?? done),
    });
    if (source !== "duckdb") await constrainSource(engine);
    collectGarbage();
    let now = 1;
    return {
      engine,
      rows,
      advance: async (day) => {
        // Made again rather than kept: while bronze, silver and gold work, the memory is theirs.
        const changed = await passDays(engine, generateSource({ seed, scale }), now, day);
        now = Math.max(now, day);
        collectGarbage();
        return changed;
      },
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function passDays(
  engine: SqlEngine,
  generated: GeneratedSource,
  from: number,
  until: number,
): Promise<number> {
  let changed = 0;
  for (let day = from + 1; day <= until; day++)
    changed += await applyDay(engine, changesOfDay(generated, day));
  return changed;
}

async function startSource(
  source: SourceName,
): Promise<{ engine: SqlEngine; stop: () => Promise<void> }> {
  switch (source) {
    case "duckdb": {
      const { duckdb } = await import("@lakewright/sql/duckdb");
      const engine = duckdb(":memory:");
      return { engine, stop: () => engine.close() };
    }
    case "pglite": {
      const { pglite } = await import("@lakewright/sql/pglite");
      const engine = pglite({});
      return { engine, stop: () => engine.close() };
    }
    case "postgres": {
      const { postgres } = await import("@lakewright/sql/postgres");
      const { startPostgres } = await import("../../../../tools/services/postgres.ts");
      const server = await startPostgres().catch((cause: unknown) => {
        throw new ErpError("ERP_SOURCE", `No Postgres for the ERP: ${(cause as Error).message}`, {
          hint: "Give --source pglite or --source duckdb, or a server in LAKEWRIGHT_POSTGRES.",
          cause,
        });
      });
      const engine = postgres(await server.createDatabase());
      return {
        engine,
        stop: async () => {
          await engine.close();
          await server.stop();
        },
      };
    }
  }
}
