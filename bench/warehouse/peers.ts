import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchBuilder } from "@lakewright/core";
import { Table as ArrowTable, tableToIPC } from "apache-arrow";
import { pythonWithWarehousePeers } from "../../tools/services/python.ts";
import { people, type Person } from "./people.ts";
import { type PythonJob, startJob } from "./python-job.ts";
import type { Way } from "./turns.ts";

/** A pipeline of dlt: what it is to do, where, from what. */
export interface Pipeline {
  readonly job: "upsert" | "scd2";
  readonly destination: "postgres" | "mysql";
  readonly url: string;
  /** An Arrow table, or a list of dicts: what rows are in Python. */
  readonly form: "arrow" | "dicts";
  readonly before: readonly Person[];
  readonly after: readonly Person[];
  /** Ends what the database still does for a peer that was stopped. */
  endWork(): Promise<void>;
}

/** How long a peer may take for what takes us seconds. What it had done by then is not looked at. */
export const PEER_LIMIT_MS = 120_000;
/** And to fill its table before, which is not measured. */
const FILL_LIMIT_MS = 900_000;

const here = import.meta.dirname;
const folder = mkdtempSync(join(tmpdir(), "lakewright-peers-"));
process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
const files = new Map<readonly Person[], string>();
const imports = new Map<string, number>();

/** The start of Python with what each peer imports, in words: rows begin after it. */
export function importsTold(): string {
  return [...imports].map(([name, ms]) => `${name}'s ${(ms / 1000).toFixed(1)} s`).join(", ");
}

/** dlt brings its table from the rows before to those after. It starts with the rows in memory, Python and dlt loaded. */
export function dltWay(name: string, pipeline: Pipeline, more: Pick<Way, "check" | "bar">): Way {
  const { destination, url, job, form, before, after, endWork } = pipeline;
  const start = (action: string, rows: readonly Person[]): Promise<PythonJob> =>
    started(
      "dlt",
      [
        join(here, "dlt_job.py"),
        join(folder, "pipelines"),
        action,
        destination,
        url,
        job,
        form,
        fileOf(rows),
      ],
      { RUNTIME__DLTHUB_TELEMETRY: "false", RUNTIME__LOG_LEVEL: "ERROR" },
    );
  return waiting(name, more, endWork, async () => {
    await filled(await start("prepare", before));
    return start("run", after);
  });
}

/** One run of dbt on a project. `fill` brings its source to the rows before, or after. */
export function dbtWay(
  name: string,
  args: readonly string[],
  fill: (rows: "before" | "after") => Promise<void>,
  endWork: () => Promise<void>,
  more: Pick<Way, "check" | "bar">,
): Way {
  const start = (): Promise<PythonJob> =>
    started("dbt", [join(here, "snapshot_job.py"), ...args], {
      DBT_SEND_ANONYMOUS_USAGE_STATS: "false",
    });
  return waiting(name, more, endWork, async () => {
    await fill("before");
    await filled(await start());
    await fill("after");
    return start();
  });
}

function waiting(
  name: string,
  more: Pick<Way, "check" | "bar">,
  endWork: () => Promise<void>,
  prepare: () => Promise<PythonJob>,
): Way {
  let job: PythonJob;
  return {
    name,
    prepare: async () => {
      job = await prepare();
    },
    run: async () => {
      const how = await job.finish(PEER_LIMIT_MS);
      if (how === "stopped") await endWork();
      return how;
    },
    spentBefore: () => job.spentMs,
    ...more,
  };
}

async function filled(job: PythonJob): Promise<void> {
  if ((await job.finish(FILL_LIMIT_MS)) === "stopped") {
    throw new Error(`A peer had not filled its table after ${FILL_LIMIT_MS / 1000} s.`);
  }
}

async function started(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<PythonJob> {
  const job = await startJob(pythonWithWarehousePeers(), args, env);
  imports.set(name, job.importMs);
  return job;
}

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
