import { isLakewrightError } from "@lakewright/core";
import { openWarehouse } from "@lakewright/warehouse";
import { jsonOf } from "../files.ts";
import { judge } from "../judge.ts";
import type { Scd2Case } from "../scd2/case.ts";
import { dimensionOf, loadOptionsOf } from "../scd2/definition.ts";
import { openEngine } from "../scd2/engines.ts";
import { play } from "../scd2/play.ts";
import { CannotRun, type Suite } from "../suite.ts";
import { duckdb } from "@lakewright/sql/duckdb";

/** Histories that other tools keep of the same batches. */
export const suite: Suite = {
  options: { engine: { type: "string", default: "duckdb" } },
  async *run({ path, options, wants, metric }) {
    const { cases } = jsonOf(path) as { readonly cases?: readonly Scd2Case[] };
    if (!Array.isArray(cases)) throw new CannotRun(`${path} has no "cases".`);
    const { engine, close } = await openEngine(String(options["engine"]));
    let batches = 0;
    try {
      for (const [k, given] of (cases as readonly Scd2Case[]).entries()) {
        if (!wants(given.id)) continue;
        const code = await refusal(given);
        if (code !== undefined) {
          yield { case: given.id, result: "unsupported", code };
          continue;
        }
        batches += given.batches.length;
        yield await judge(given.id, () => play(engine, given, `case_${k}`));
      }
    } finally {
      await close();
    }
    metric("batches", batches);
  },
};

/** The code with which the package refuses to load as the case wants it; undefined where it does not. */
async function refusal(given: Scd2Case): Promise<string | undefined> {
  await using engine = duckdb(":memory:");
  try {
    const target = dimensionOf(given);
    const warehouse = await openWarehouse(engine, { target });
    warehouse.planLoad(target, loadOptionsOf(given));
    return undefined;
  } catch (error) {
    if (isLakewrightError(error)) return error.code;
    throw error;
  }
}
