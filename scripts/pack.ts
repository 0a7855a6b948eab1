import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

/**
 * Builds every package, packs it as npm would publish it, and has publint and attw look at the tarball.
 * `npm run pack -- --keep DIR` leaves the tarballs in DIR.
 */
const root = join(import.meta.dirname, "..");
const { values } = parseArgs({ options: { keep: { type: "string" } } });
const kept = values.keep && resolve(process.env["INIT_CWD"] ?? ".", values.keep);
if (kept) mkdirSync(kept, { recursive: true });
const folder = kept ?? mkdtempSync(join(tmpdir(), "lakewright-pack-"));
let failures = 0;

function run(command: string, args: readonly string[], cwd: string): boolean {
  const done = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (done.status === 0) return true;
  console.error(`${command} ${args.join(" ")} (${cwd})\n${done.stdout}${done.stderr}`);
  failures++;
  return false;
}

// Foundations first: a package's declarations name those of the packages below it.
const order = ["core", "sql", "lake", "warehouse", "stream", "quality", "reconcile", "ml"];
for (const name of order) {
  const cwd = join(root, "packages", name);
  if (!run("npm", ["run", "build"], cwd)) continue;
  if (!run("npm", ["pack", "--silent", "--pack-destination", folder], cwd)) continue;
  const tarball = readdirSync(folder).find((file) => file.startsWith(`lakewright-${name}-`))!;
  const path = join(folder, tarball);
  const clean =
    run("publint", ["--strict", path], root) && run("attw", ["--profile", "esm-only", path], root);
  console.log(`${name}: ${clean ? "publint and attw find nothing" : "see above"}`);
}
if (!kept) rmSync(folder, { recursive: true });
process.exitCode = failures === 0 ? 0 : 1;
