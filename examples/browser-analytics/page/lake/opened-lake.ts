import { type CommitInfo, type LakeTable, openTable, type Store } from "@lakewright/lake";
import { countingStore, ReadCounter } from "./counting-store.ts";
import { rememberingLog } from "./remembering-log.ts";

/** A table with all its versions. */
export interface OpenedLake {
  readonly title: string;
  readonly counter: ReadCounter;
  /** Oldest first. */
  readonly commits: readonly CommitInfo[];
  /** The table as it was; each version is opened once. */
  at(version: bigint): Promise<LakeTable>;
}

export async function openLake(title: string, store: Store): Promise<OpenedLake> {
  const counter = new ReadCounter();
  const counted = rememberingLog(countingStore(store, counter));
  const latest = await openTable(counted);
  const history = await latest.history();
  const versions = new Map<bigint, Promise<LakeTable>>([[latest.version, Promise.resolve(latest)]]);
  return {
    title,
    counter,
    commits: history.reverse(),
    at: (version) => {
      const known = versions.get(version) ?? openTable(counted, { asOf: { version } });
      versions.set(version, known);
      // What failed is tried again.
      known.catch(() => versions.delete(version));
      return known;
    },
  };
}
