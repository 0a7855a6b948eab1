import { LakeError } from "../errors.ts";
import type { TableState } from "./load.ts";

/** What a commit relies on. Rows appended without reading any rely on columns and transactions only. */
export interface Expectation {
  /** The version at which this was so. */
  readonly version: bigint;
  /** Whether the files live at that version must still be the live ones. */
  readonly files: boolean;
  /** The transaction version that must stand for each application; undefined for none yet. */
  readonly transactions: ReadonlyMap<string, bigint | undefined>;
}

/**
 * Refuses a commit that later ones contradict ("Conflict detection"). Other writers' rows are no contradiction to rows
 * that are appended.
 *
 * @throws LakeError LAKE_COMMIT_CONFLICT with the winning version in `details.winner`.
 */
export function assertNoConflict(state: TableState, expects: Expectation, location: string): void {
  const { changed } = state;
  for (const [what, winner] of [
    ["protocol", changed.protocol],
    ["schema or properties", changed.metadata],
    ...(expects.files ? ([["rows", changed.files]] as const) : []),
  ] as const) {
    if (winner > expects.version) throw conflict(location, expects, winner, `changed the ${what}`);
  }
  for (const [appId, version] of expects.transactions) {
    if (state.transactions.get(appId)?.version === version) continue;
    const winner = changed.transactions.get(appId) ?? state.version;
    throw conflict(location, expects, winner, `committed transaction ${appId}`, { appId });
  }
}

function conflict(
  location: string,
  expects: Expectation,
  winner: bigint,
  did: string,
  details: object = {},
): LakeError {
  return new LakeError(
    "LAKE_COMMIT_CONFLICT",
    `Version ${winner} of ${location} ${did} after version ${expects.version} was read, so nothing was committed.`,
    {
      hint: "Call refresh(), look at what changed, and repeat the call if it still makes sense.",
      retryable: true,
      details: { location, winner, readVersion: expects.version, ...details },
    },
  );
}
