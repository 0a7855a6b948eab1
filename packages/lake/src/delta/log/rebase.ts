import { LakeError } from "../../errors.ts";
import type { Store } from "../../store/store.ts";
import type { Metadata } from "./actions.ts";
import type { CommitRequest } from "./commit.ts";
import { assertNoConflict, type Candidate, type CommitIsolation, conflict } from "./conflict.ts";
import { layoutOf } from "../schema/layout.ts";
import { advance, readCommit, type TableState } from "./load.ts";
import { commitPath } from "./log-files.ts";

const MOST_AT_ONCE = 16;

/**
 * Brings a commit from the version it was made for to the latest one, looking at every commit in between. A lost race
 * costs the reading of the commits that won it, not a listing of the log.
 */
export class Rebase {
  readonly candidate: Candidate;
  private readonly store: Store;
  private readonly start: TableState;
  private readonly metadata: Metadata;

  constructor(store: Store, start: TableState, { expects, actions }: CommitRequest) {
    this.store = store;
    this.start = start;
    this.metadata = start.metadata;
    const { location } = store;
    const byRows = expects.reads !== "nothing" && expects.reads !== "everything";
    this.candidate = {
      expects,
      actions,
      isolation: isolationOf(start.metadata, { expects, actions }),
      layout: byRows ? layoutOf(start.protocol, start.metadata, location) : undefined,
      location,
    };
  }

  /**
   * The state to begin with. A log that was cleaned up past its version takes a commit after it again, which nobody would
   * ever read: that version must still be there, or else the latest is taken. And another call may have moved the state
   * on since it was read.
   */
  async begin(): Promise<TableState> {
    const { store, start, candidate } = this;
    const state = (await store.head(commitPath(start.version)))
      ? start
      : await advance(store, start);
    for (let version = candidate.expects.version + 1n; version <= state.version; version++) {
      const actions = await readCommit(store, version);
      if (!actions) {
        this.assertUnchanged(state);
        return state;
      }
      assertNoConflict(candidate, version, actions);
    }
    return state;
  }

  /** The state after the commits that took the version tried and those behind it. */
  async advance(state: TableState, tried: bigint): Promise<TableState> {
    await this.follow(state);
    if (state.version >= tried) return state;
    // It was there to be taken and is gone: the log was cleaned up, or does not list what was written.
    const latest = await advance(this.store, state);
    if (latest.version < tried) throw vanished(this.store, tried);
    this.assertUnchanged(latest);
    return latest;
  }

  /** Applies the commits there are: first the one that won, then more and more at once, for one that is far behind. */
  private async follow(state: TableState): Promise<void> {
    for (let width = 1; ; width = Math.min(2 * width, MOST_AT_ONCE)) {
      const first = state.version + 1n;
      const commits = await Promise.all(
        Array.from({ length: width }, (_, k) => readCommit(this.store, first + BigInt(k))),
      );
      for (const [k, actions] of commits.entries()) {
        if (!actions) return;
        const version = first + BigInt(k);
        state.apply(version, actions);
        assertNoConflict(this.candidate, version, actions);
      }
    }
  }

  /** What can be said of commits that can no longer be read: whether the table still has the columns it had. */
  private assertUnchanged(state: TableState): void {
    const { candidate, metadata } = this;
    const { expects, actions } = candidate;
    if (JSON.stringify(state.metadata) !== JSON.stringify(metadata)) {
      throw conflict(
        candidate,
        state.version,
        "metadata-changed",
        "has another schema or other properties",
      );
    }
    for (const [appId, version] of expects.transactions) {
      if (state.transactions.get(appId)?.version === version) continue;
      const did = `has transaction ${appId} at another version`;
      throw conflict(candidate, state.version, "concurrent-transaction", did, { appId });
    }
    if (expects.reads !== "nothing" || actions.some(({ remove }) => remove)) {
      const did = "and those before it, of which some were cleaned up, came";
      throw conflict(candidate, state.version, "log-cleaned", did);
    }
  }
}

function isolationOf(
  { configuration }: Metadata,
  { expects, actions }: Pick<CommitRequest, "expects" | "actions">,
): CommitIsolation {
  if (expects.isolation) return expects.isolation;
  const files = actions.flatMap(({ add, remove }) => add ?? remove ?? []);
  if (files.length > 0 && !files.some(({ dataChange }) => dataChange)) return "SnapshotIsolation";
  return configuration["delta.isolationLevel"]?.toLowerCase() === "writeserializable"
    ? "WriteSerializable"
    : "Serializable";
}

function vanished(store: Store, version: bigint): LakeError {
  return new LakeError(
    "LAKE_CORRUPT_LOG",
    `Commit ${version} of ${store.location} is there for writing and missing for reading.`,
    {
      hint: "The store does not list what was written: Delta needs consistent listings.",
      details: { location: store.location, version },
    },
  );
}
