import { basename } from "node:path";
import { filesUnder, jsonOf } from "../files.ts";
import { judge, near, noCounterpart, same } from "../judge.ts";
import { codes, metrics } from "../strings/metrics.ts";
import type { Outcome, Suite } from "../suite.ts";

/** `{a, b}` for a metric, `{input}` for a code; the file has the name of the metric. */
interface Vector {
  readonly a?: string;
  readonly b?: string;
  readonly input?: string;
  readonly expected: unknown;
  readonly tol?: number;
}

/** Of vectors without their own: they are given with all digits of a double. */
const TOLERANCE = 1e-9;

/** Published and agreed values of string metrics and phonetic codes. */
export const suite: Suite = {
  async *run({ path, wants, metric }) {
    const tested = new Set<string>();
    for (const file of filesUnder(path, ".json")) {
      const name = basename(file, ".json");
      const content = jsonOf(file);
      if (!Array.isArray(content)) continue;
      for (const vector of (content as unknown[]).filter(isVector)) {
        const { a, b, input } = vector;
        const title = `${name} ${(input === undefined ? [a, b] : [input]).map((text) => JSON.stringify(text)).join(" ")}`;
        if (!wants(title)) continue;
        const outcome = await check(name, title, vector);
        if (outcome.result !== "unsupported") tested.add(name);
        yield outcome;
      }
    }
    metric("metricsTested", tested.size);
  },
};

function check(name: string, title: string, vector: Vector): Promise<Outcome> | Outcome {
  const { a, b, input, expected, tol = TOLERANCE } = vector;
  const compare = metrics[name];
  if (compare && a !== undefined && b !== undefined) {
    return judge(title, () => near("the value", compare(a, b), Number(expected), tol));
  }
  const code = codes[name];
  if (code && input !== undefined)
    return judge(title, () => same("the code", code(input), expected));
  return noCounterpart(title);
}

function isVector(value: unknown): value is Vector {
  const { a, b, input, expected } = Object(value) as Partial<Vector>;
  const texts = input === undefined ? [a, b] : [input];
  return expected !== undefined && texts.every((text) => typeof text === "string");
}
