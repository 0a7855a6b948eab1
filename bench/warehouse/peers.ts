import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchBuilder } from "@lakewright/core";
import { Table as ArrowTable, tableToIPC } from "apache-arrow";
import { people, type Person } from "./people.ts";
import { runProgram } from "./program.ts";

type Job = "upsert" | "scd2";
type Destination = "postgres" | "mysql";

const SCRIPT: string = join(import.meta.dirname, "dlt_job.py");
const QUIET = { RUNTIME__DLTHUB_TELEMETRY: "false", RUNTIME__LOG_LEVEL: "ERROR" };
const folder = mkdtempSync(join(tmpdir(), "lakewright-dlt-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const files = new Map<readonly Person[], string>();

/** The people as an Arrow file, written once. */
function fileOf(rows: readonly Person[]): string {
  const known = files.get(rows);
  if (known !== undefined) return known;
  const path = join(folder, `people-${files.size}.arrow`);
  const batch = batchBuilder(people).build(rows as Person[]);
  writeFileSync(path, tableToIPC(new ArrowTable([batch]), "stream"));
  files.set(rows, path);
  return path;
}

/** Fills dlt's table anew. */
export async function prepareDlt(
  python: string,
  destination: Destination,
  url: string,
  job: Job,
  rows: readonly Person[],
): Promise<void> {
  await dlt(python, ["prepare", destination, url, job, fileOf(rows)]);
}

/** One run of dlt's pipeline, start of Python included. */
export async function runDlt(
  python: string,
  destination: Destination,
  url: string,
  job: Job,
  rows: readonly Person[],
): Promise<void> {
  await dlt(python, ["run", destination, url, job, fileOf(rows)]);
}

function dlt(python: string, args: readonly string[]): Promise<string> {
  const program = { command: python, args: [SCRIPT, join(folder, "pipelines")] };
  return runProgram(program, args, QUIET);
}
