import { mkdir, open, readdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import type { BronzeSummary } from "../bronze/extract.ts";
import type { ControlSums } from "../checks/control-sums.ts";
import { ErpError } from "../failure.ts";

/** Where everything of one company is. */
export interface OutputFolder {
  readonly path: string;
  readonly bronze: string;
  readonly extraction: string;
  readonly warehouse: string;
  readonly dashboard: string;
  readonly summary: string;
}

/** What a folder is for: started again, the run must be of the same company. */
export interface RunIdentity {
  readonly seed: number;
  readonly scale: number;
}

/** What is known of a day that bronze has. */
export interface BronzeDay {
  readonly day: number;
  readonly summary: BronzeSummary;
  /** Sums of the source that gold must have. */
  readonly sums: ControlSums;
}

export interface RunState {
  readonly identity: RunIdentity;
  readonly bronze: readonly BronzeDay[];
  /** Days that silver and gold have, by the place of the warehouse. */
  readonly silver: Readonly<Record<string, number>>;
  readonly gold: Readonly<Record<string, number>>;
  /** The day silver was begun for last. */
  readonly begun: Readonly<Record<string, number>>;
}

export function outputFolder(path: string): OutputFolder {
  return {
    path,
    bronze: join(path, "bronze"),
    extraction: join(path, "extraction"),
    warehouse: join(path, "warehouse.duckdb"),
    dashboard: join(path, "dashboard.html"),
    summary: join(path, "summary.json"),
  };
}

/**
 * Makes the folder, or finds what an earlier run of the same company left in it.
 *
 * @throws ErpError ERP_OUTPUT where it holds something else, ERP_OUTPUT_IN_USE where it is of another company
 */
export async function openState(folder: OutputFolder, identity: RunIdentity): Promise<RunState> {
  await mkdir(folder.path, { recursive: true });
  const text = await readFile(statePath(folder), "utf8").catch(
    (error: NodeJS.ErrnoException): undefined => {
      if (error.code !== "ENOENT") throw error;
    },
  );
  if (text !== undefined) {
    const state = JSON.parse(text) as RunState;
    const { seed, scale } = state.identity;
    if (seed === identity.seed && scale === identity.scale) return state;
    throw new ErpError(
      "ERP_OUTPUT_IN_USE",
      `The folder ${folder.path} is of the company of seed ${seed} at scale ${scale}.`,
      { hint: `Give --seed ${seed} --scale ${scale}, or another folder with --out.` },
    );
  }
  const strange = (await readdir(folder.path)).find((name) => !name.startsWith("erp.json"));
  if (strange !== undefined) {
    throw new ErpError(
      "ERP_OUTPUT",
      `The folder ${folder.path} has "${strange}" in it and was not made by this example.`,
      { hint: "Give an empty or new folder with --out." },
    );
  }
  const state: RunState = { identity, bronze: [], silver: {}, gold: {}, begun: {} };
  await writeState(folder, state);
  return state;
}

/** Replaces the state as a whole: a killed run leaves the old one or the new one. */
export async function writeState(folder: OutputFolder, state: RunState): Promise<void> {
  await writeWhole(statePath(folder), `${JSON.stringify(state, null, 2)}\n`);
}

export async function writeWhole(path: string, text: string): Promise<void> {
  const aside = `${path}.part`;
  const file = await open(aside, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, path);
}

function statePath({ path }: OutputFolder): string {
  return join(path, "erp.json");
}
