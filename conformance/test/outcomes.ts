import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import type { Outcome, Suite } from "../src/suite.ts";

const fixtures = join(import.meta.dirname, "fixtures");

/** The path of one of our own cases. */
export function fixture(path: string): string {
  return join(fixtures, path);
}

/** The path of cases of other projects; undefined, with a word about it, where they are not there. */
export function shared(path: string): string | undefined {
  const found = resolve(import.meta.dirname, "../../../shared/data", path);
  if (existsSync(found)) return found;
  console.warn(`Skipped: ../shared/data/${path} is not there.`);
  return undefined;
}

/** A folder that is gone after the test. */
export function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), "lakewright-conformance-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Judged {
  readonly outcomes: readonly Outcome[];
  readonly metrics: Readonly<Record<string, number>>;
  /** The names of the cases with a result. */
  named(result: Outcome["result"]): readonly string[];
  /** Case and reason of those that failed. */
  readonly failures: readonly string[];
}

/** What a suite makes of the cases whose name contains a text. */
export async function judged(
  suite: Suite,
  path: string,
  { only = "", ...given }: { readonly only?: string; readonly [option: string]: unknown } = {},
): Promise<Judged> {
  const defaults = Object.entries(suite.options ?? {}).map(([name, { default: value }]) => [
    name,
    value,
  ]);
  const metrics: Record<string, number> = {};
  const outcomes: Outcome[] = [];
  const run = {
    path,
    options: { ...(Object.fromEntries(defaults) as object), ...given },
    wants: (name: string) => name.includes(only),
    metric: (name: string, value: number) => void (metrics[name] = value),
  };
  for await (const outcome of suite.run(run)) outcomes.push(outcome);
  return {
    outcomes,
    metrics,
    named: (result) =>
      outcomes.filter((outcome) => outcome.result === result).map((outcome) => outcome.case),
    failures: outcomes.flatMap((outcome) =>
      outcome.result === "failed" ? [`${outcome.case}: ${outcome.reason}`] : [],
    ),
  };
}
