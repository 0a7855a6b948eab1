import type { JobOptions } from "@lakewright/core";

/** What becomes of facts where versions they refer to go. */
export interface RewindOptions extends Pick<JobOptions, "signal"> {
  /**
   * What becomes of facts that refer to versions which go. "refuse" (default) fails while there are any; "repoint" lets
   * them refer to the version of their member that holds then, or, where it has none, to the member with nothing but
   * its key, as {@link LoadOptions.unknownMembers} infers it.
   */
  readonly facts?: "refuse" | "repoint" | undefined;
}

/** What a rewind undid. */
export interface RewindSummary {
  /** Versions that started at the moment or later, and are gone. */
  readonly deleted: number;
  /** Versions that had ended at the moment or later, and are open again. */
  readonly reopened: number;
  /** Members that facts refer to, of which only the key is left. */
  readonly inferred: number;
  /** Rows of each fact table that refer to another version now. */
  readonly repointed: Readonly<Record<string, number>>;
  /** Loads that are undone: their names are free again. */
  readonly loads: readonly string[];
}
