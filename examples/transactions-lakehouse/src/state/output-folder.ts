import { createHash, randomBytes } from "node:crypto";
import { chmod, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { DemoError } from "../failure.ts";
import { readJsonFile, writeFileWhole } from "./atomic-file.ts";

/** Where everything of one job is. */
export interface OutputFolder {
  readonly path: string;
  readonly input: string;
  readonly lake: string;
  readonly warehouse: string;
  readonly report: string;
  readonly summary: string;
}

/** What a folder is for: started again, the job must be the same. */
export interface JobIdentity {
  /** The file, or how it is generated. */
  readonly input: string;
  readonly mapping: string;
  readonly seed: number;
}

/** What is kept of a job besides its tables. */
export interface JobState {
  readonly identity: JobIdentity;
  /** Of the keyed hashes in the anonymised stream; 32 bytes as hexadecimal digits. */
  readonly key: string;
  readonly snapshots: readonly Snapshot[];
}

/** A state of the summary tables: decided before it is written, so that a killed run writes the same again. */
export interface Snapshot {
  readonly version: number;
  /** How far the input had been taken. */
  readonly position: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function outputFolder(path: string): OutputFolder {
  return {
    path,
    input: join(path, "input"),
    lake: join(path, "lake"),
    warehouse: join(path, "warehouse.duckdb"),
    report: join(path, "report.html"),
    summary: join(path, "summary.json"),
  };
}

/**
 * Makes the folder, or finds what an earlier run of the same job left in it.
 *
 * @throws DemoError DEMO_OUTPUT where it cannot be made or holds something else, DEMO_OUTPUT_IN_USE where another job's
 * results are in it
 */
export async function openState(folder: OutputFolder, identity: JobIdentity): Promise<JobState> {
  const path = statePath(folder);
  const known = await attempt(folder, async () => {
    await mkdir(folder.path, { recursive: true });
    return (await readJsonFile(path)) as JobState | undefined;
  });
  if (known) {
    checkIdentity(folder, known.identity, identity);
    return known;
  }
  const strange = (await readdir(folder.path)).find((name) => !name.endsWith(".part"));
  if (strange !== undefined) {
    throw new DemoError(
      "DEMO_OUTPUT",
      `The folder ${folder.path} has "${strange}" in it and was not made by this job.`,
      {
        hint: "Give an empty or new folder with --out.",
      },
    );
  }
  const state = { identity, key: randomBytes(32).toString("hex"), snapshots: [] };
  await attempt(folder, () => writeState(folder, state));
  return state;
}

export async function writeState(folder: OutputFolder, state: JobState): Promise<void> {
  await writeFileWhole(statePath(folder), [JSON.stringify(state, null, 2)]);
  await chmod(statePath(folder), 0o600);
}

/** A short name for a JSON value: the same for the same value. */
export function digest(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(value) ?? "")
    .digest("hex")
    .slice(0, 16);
}

function statePath(folder: OutputFolder): string {
  return join(folder.path, "job.json");
}

function checkIdentity(folder: OutputFolder, was: JobIdentity, is: JobIdentity): void {
  for (const [name, label] of [
    ["input", "input"],
    ["mapping", "mapping"],
    ["seed", "seed"],
  ] as const) {
    if (was[name] === is[name]) continue;
    throw new DemoError(
      "DEMO_OUTPUT_IN_USE",
      `The folder ${folder.path} holds the results of another ${label}: ${was[name]}, and this is ${is[name]}.`,
      { hint: "Give another folder with --out, or delete this one." },
    );
  }
}

async function attempt<R>(folder: OutputFolder, run: () => Promise<R>): Promise<R> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof DemoError) throw error;
    const { code = "", message } = error as NodeJS.ErrnoException;
    const reason =
      code === "EACCES" || code === "EPERM" || code === "EROFS"
        ? "this process may not write there"
        : code === "EEXIST" || code === "ENOTDIR"
          ? "there is a file in its place"
          : message;
    throw new DemoError("DEMO_OUTPUT", `The folder ${folder.path} cannot be used: ${reason}.`, {
      hint: "Give another folder with --out.",
      cause: error,
    });
  }
}
