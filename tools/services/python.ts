import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./cache.ts";
import { runCommand } from "./command.ts";

/** What Python is given before a script or `-c`, so that delta-rs and Arrow do not abort as it ends. */
export const PYTHON_LAUNCHER: string = join(import.meta.dirname, "python-launcher.py");

interface Environment {
  /** Its folder in the cache. */
  readonly name: string;
  /** Pinned, so that a run can be repeated. */
  readonly requirements: readonly string[];
  readonly modules: readonly string[];
}

/** What the checks by other engines need. */
const engines: Environment = {
  name: "python",
  requirements: ["pyarrow==26.0.1", "deltalake==1.6.6"],
  modules: ["pyarrow", "deltalake"],
};

/** What the benchmarks of the lake compare with. */
const peers: Environment = {
  name: "python-peers",
  requirements: [...engines.requirements, "polars==2.1.0"],
  modules: [...engines.modules, "polars"],
};

/** What the benchmarks of the warehouse compare with. */
const warehousePeers: Environment = {
  name: "python-warehouse-peers",
  requirements: [
    "dlt[postgres,sqlalchemy]==1.31.0",
    "pyarrow==26.0.1",
    "pandas==3.1.1",
    "PyMySQL==1.2.4",
    // Later ones fetch a binary when they are installed.
    "dbt-core==1.11.16",
    "dbt-postgres==1.11.0",
  ],
  modules: ["dlt", "pandas", "pyarrow", "pymysql", "dbt.adapters.postgres"],
};

/**
 * The path of a Python that has pyarrow and delta-rs: `LAKEWRIGHT_PYTHON`, or one in a private environment made on first use.
 *
 * @throws Error saying what is missing where there is no Python 3 or no package index.
 */
export function pythonWithEngines(): string {
  const given = process.env["LAKEWRIGHT_PYTHON"];
  return given !== undefined && given !== "" ? given : pythonOf(engines);
}

/** As {@link pythonWithEngines}, with polars. */
export function pythonWithPeers(): string {
  return pythonOf(peers);
}

/** The path of a Python that has dlt and dbt. */
export function pythonWithWarehousePeers(): string {
  return pythonOf(warehousePeers);
}

function pythonOf({ name, requirements, modules }: Environment): string {
  const folder = cacheFolder(name);
  const python = join(folder, "bin/python");
  const stamp = join(folder, "requirements.txt");
  const wanted = requirements.join("\n");
  const isThere = (): boolean => answers(python, modules);
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted && isThere()) return python;
  if (!existsSync(python)) runCommand("python3", ["-m", "venv", folder]);
  runCommand(python, ["-m", "pip", "install", "--quiet", ...requirements]);
  if (!isThere()) throw new Error(`${python} does not import ${modules.join(" and ")}`);
  writeFileSync(stamp, wanted);
  return python;
}

function answers(python: string, modules: readonly string[]): boolean {
  const args = [PYTHON_LAUNCHER, "-c", `import ${modules.join(", ")}`];
  return spawnSync(python, args).status === 0;
}
