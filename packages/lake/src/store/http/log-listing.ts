import { inOrder } from "../parallel.ts";
import type { ObjectInfo } from "../store.ts";

/** The log folder of a table whose names can be asked for and not listed. */
export interface LogFolder {
  /** The content of `_last_checkpoint`. */
  last(): Promise<string | undefined>;
  look(name: string): Promise<ObjectInfo | undefined>;
}

/** What `_last_checkpoint` says, as far as it names files. */
interface LastCheckpoint {
  readonly version: number;
  readonly parts?: number;
  readonly v2Checkpoint?: { readonly path?: unknown };
}

const FIRST_STEP = 4;
const WIDEST_STEP = 32;

/**
 * The commits and the newest checkpoint of a log, in order of name: commits have no gaps, so they are looked for one after
 * the other, more at once the longer it goes on, until one is missing. Of a log whose beginning was cleaned up, the
 * checkpoint tells where to look; older checkpoints cannot be found.
 *
 * @param after a name from whose version on files are wanted; "" for all.
 */
export async function* listLogByNames(
  folder: LogFolder,
  after: string,
): AsyncGenerator<ObjectInfo> {
  const from = Number(/^\d{20}/.exec(after)?.[0] ?? 0);
  const [text, first] = await Promise.all([folder.last(), folder.look(commitName(from))]);
  const last = parseLast(text);
  const named = last && last.version >= from ? last : undefined;
  const names = named ? checkpointNames(named) : [];
  // Without the first, what is left before the checkpoint is wanted as well.
  const begun = first !== undefined || named === undefined;
  const [checkpoint, before, behind] = await Promise.all([
    Promise.all(names.map((name) => folder.look(name))),
    begun ? Promise.resolve([]) : Array.fromAsync(commitsFrom(folder, named.version - 1, -1)),
    Array.fromAsync(commitsFrom(folder, begun ? from + 1 : named.version, 1)),
  ]);
  const infos = [first, ...checkpoint, ...before, ...behind].filter((info) => info !== undefined);
  yield* infos.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Commits from a version on, up or down, until one is missing. */
async function* commitsFrom(
  folder: LogFolder,
  version: number,
  direction: 1 | -1,
): AsyncGenerator<ObjectInfo> {
  let next = version;
  for (let step = FIRST_STEP; ; step = Math.min(WIDEST_STEP, 2 * step)) {
    const versions = Array.from({ length: step }, (_, k) => next + direction * k);
    const wanted = versions.filter((one) => one >= 0);
    for await (const info of inOrder(wanted, step, (one) => folder.look(commitName(one)))) {
      if (!info) return;
      yield info;
    }
    if (wanted.length < step) return;
    next += direction * step;
  }
}

function parseLast(text: string | undefined): LastCheckpoint | undefined {
  try {
    const last = JSON.parse(text ?? "") as LastCheckpoint;
    return Number.isSafeInteger(last.version) && last.version >= 0 ? last : undefined;
  } catch {
    return undefined;
  }
}

function checkpointNames({ version, parts, v2Checkpoint }: LastCheckpoint): string[] {
  const pad = (number: number, digits: number): string => String(number).padStart(digits, "0");
  const start = `${pad(version, 20)}.checkpoint`;
  const unique = v2Checkpoint?.path;
  if (typeof unique === "string" && !unique.includes("/")) return [unique];
  if (parts === undefined || !(parts >= 1 && parts <= 1_000_000)) return [`${start}.parquet`];
  return Array.from({ length: parts }, (_, k) => {
    return `${start}.${pad(k + 1, 10)}.${pad(parts, 10)}.parquet`;
  });
}

function commitName(version: number): string {
  return `${String(version).padStart(20, "0")}.json`;
}
