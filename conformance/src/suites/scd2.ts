import { jsonOf } from "../files.ts";
import { judge } from "../judge.ts";
import type { Scd2Case } from "../scd2/case.ts";
import { openEngine } from "../scd2/engines.ts";
import { play } from "../scd2/play.ts";
import { CannotRun, type Suite } from "../suite.ts";

/** Histories that other tools keep of the same batches. A case the package has no words for has failed. */
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
        batches += given.batches.length;
        const outcome = await judge(given.id, () => play(engine, given, `case_${k}`));
        yield outcome.result === "unsupported"
          ? { case: given.id, result: "failed", reason: `refused with ${outcome.code}` }
          : outcome;
      }
    } finally {
      await close();
    }
    metric("batches", batches);
  },
};
