import { type JobState, type OutputFolder, type Snapshot, writeState } from "./output-folder.ts";

/**
 * The snapshot for a position of the input: that of an earlier run which got as far, else a new one. It is written
 * down before anything is made of it, so a killed run repeats it under the same number and time.
 */
export async function snapshotAt(
  folder: OutputFolder,
  state: JobState,
  position: bigint,
  now: number,
): Promise<Snapshot> {
  const last = state.snapshots.at(-1);
  if (last?.position === String(position)) return last;
  const snapshot = {
    version: (last?.version ?? 0) + 1,
    position: String(position),
    // Clocks can go back, histories cannot.
    at: Math.max(now, (last?.at ?? 0) + 1),
  };
  await writeState(folder, { ...state, snapshots: [...state.snapshots, snapshot] });
  return snapshot;
}
