import { checkOptions, invalidOption, isFunction, isPositiveInteger } from "../../options.ts";
import { systemClock } from "../../store/clock.ts";
import type { Store } from "../../store/store.ts";
import type { SnapshotRetentionOptions, SnapshotRetentionPlan } from "./types.ts";
import { CLAIM, folderOf, listVersions, MANIFEST } from "./versions.ts";

const HOUR_MS = 3_600_000;

/** Plans to keep the last versions of a snapshot table, and to remove the others and those that were never finished. */
export async function planSnapshotRetention(
  store: Store,
  options: SnapshotRetentionOptions,
): Promise<SnapshotRetentionPlan> {
  checkOptions("planSnapshotRetention", options, {
    keepLast: isPositiveInteger,
    unfinishedHours: isPositiveInteger,
    clock: isFunction,
  });
  const { keepLast, unfinishedHours = 24, clock = systemClock } = options;
  if ((keepLast as number | undefined) === undefined) {
    throw invalidOption("planSnapshotRetention: keepLast is missing.");
  }
  const all = await listVersions(store);
  const complete = all.filter(({ isComplete }) => isComplete);
  const oldest = clock() - unfinishedHours * HOUR_MS;
  const old = complete.slice(0, Math.max(complete.length - keepLast, 0));
  const broken = all.filter(
    ({ isComplete, objects }) =>
      !isComplete && objects.every(({ modifiedMs }) => modifiedMs < oldest),
  );
  const objects = [...old, ...broken].flatMap((folder) => folder.objects);
  return {
    versions: old.map(({ version }) => version),
    unfinished: broken.map(({ version }) => version),
    files: objects.length,
    bytes: objects.reduce((sum, { size }) => sum + size, 0),
    run: async () => {
      let filesRemoved = 0;
      let bytesRemoved = 0;
      for (const { version, objects: inside } of [...old, ...broken]) {
        // Without its manifest a version is not read any more; with its claim no writer takes the number meanwhile.
        const rank = (path: string): number =>
          path === `${folderOf(version)}/${MANIFEST}` ? 0 : path.endsWith(`/${CLAIM}`) ? 2 : 1;
        const inOrder = [...inside].sort((a, b) => rank(a.path) - rank(b.path));
        for (const { path, size } of inOrder) {
          await store.delete(path);
          filesRemoved++;
          bytesRemoved += size;
        }
      }
      return { filesRemoved, bytesRemoved };
    },
  };
}
