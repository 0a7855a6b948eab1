import { CoreError } from "@lakewright/core";
import { assertScheme } from "../shared/given.ts";
import { assertKnownOptions } from "../shared/options.ts";

/** A `PGlite` of `@electric-sql/pglite`, or its worker. */
export interface PgliteInstance {
  execProtocol(message: Uint8Array, options: never): Promise<unknown>;
  runExclusive(work: never): Promise<unknown>;
}

export interface PgliteConfig {
  /** A folder, or what PGlite takes: `idb://name` in a browser. Default: in memory, which is slow beyond some 100,000 rows. */
  readonly dataDir?: string | undefined;
}

/** The folder of the data, `{ dataDir }`, or an instance of the caller, which `close()` leaves open. */
export type PgliteSource = string | PgliteConfig | PgliteInstance;

/** @throws CoreError CORE_INVALID_OPTION where an option is unknown. */
export function checkSource(source: PgliteSource): void {
  if (typeof source === "string" && source !== "") return assertScheme("pglite", source);
  if (typeof source === "object" && source !== null) {
    if ("execProtocol" in source) return;
    assertKnownOptions("pglite()", source, ["dataDir"]);
    assertScheme("pglite", source.dataDir);
    return;
  }
  throw new CoreError("CORE_INVALID_OPTION", "pglite() needs a folder, { dataDir } or a PGlite.", {
    hint: 'pglite("./data"), or pglite({}) for one in memory.',
  });
}
