import type { DemoOptions } from "./cli/options.ts";
import type { Truth } from "./generate/generate.ts";
import { generatedInput } from "./generate/input-file.ts";
import { shopMapping } from "./generate/shop.ts";
import { type InputPlan, planInput } from "./mapping/plan.ts";
import { readMapping } from "./mapping/schema.ts";
import {
  digest,
  type JobIdentity,
  type JobState,
  openState,
  type OutputFolder,
} from "./state/output-folder.ts";
import { count, type Screen } from "@lakewright/example-report-kit";

/** What the job runs on, and the folder it may write to. */
export interface JobInput {
  readonly plan: InputPlan;
  readonly state: JobState;
  /** What the generator has hidden in the data; undefined for a file. */
  readonly truth: Truth | undefined;
}

/** A file is looked at before the folder is touched: a mistyped name leaves nothing behind. */
export async function openInput(
  options: DemoOptions,
  folder: OutputFolder,
  screen: Screen,
): Promise<JobInput> {
  return options.input === undefined
    ? generate(options, folder, screen)
    : openFile(options.input, options, folder);
}

async function openFile(
  path: string,
  { map, seed }: DemoOptions,
  folder: OutputFolder,
): Promise<JobInput> {
  const mapping = map === undefined ? undefined : await readMapping(map);
  const plan = await planInput(path, mapping);
  const columns = [...plan.columns].map(([ours, theirs]) => `${ours}=${theirs}`).join(", ");
  const identity: JobIdentity = {
    input: path,
    mapping:
      mapping === undefined
        ? `by name (${columns}; ${plan.reading})`
        : `${mapping.name ?? "mapping"} (${digest(mapping)}; ${plan.reading})`,
    seed,
  };
  return { plan, state: await openState(folder, identity), truth: undefined };
}

async function generate(
  { records, seed }: DemoOptions,
  folder: OutputFolder,
  screen: Screen,
): Promise<JobInput> {
  const identity = { input: `${records} generated records`, mapping: "of the generator", seed };
  const state = await openState(folder, identity);
  const step = screen.step("generate");
  const { path, truth } = await generatedInput(folder.input, { records, seed }, (lines) =>
    step.progress(lines, records),
  );
  step.done(`${count(records)} transactions in ${path}`);
  return { plan: await planInput(path, shopMapping(truth.blacklist)), state, truth };
}
