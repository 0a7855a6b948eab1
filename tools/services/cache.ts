import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/**
 * A folder outside the clone for what is slow to fetch or build: `LAKEWRIGHT_CACHE`, by default ~/.cache/lakewright.
 * Everything in it can be deleted; the scripts make it again.
 */
export function cacheFolder(name: string): string {
  const folder = join(
    process.env["LAKEWRIGHT_CACHE"] ?? join(homedir(), ".cache/lakewright"),
    name,
  );
  mkdirSync(folder, { recursive: true });
  return folder;
}
