import { randomUUID } from "node:crypto";
import * as fs from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** Chunks of a stream are gathered to so much for one call of the system. */
const GATHERED_BYTES = 2 ** 20;

/** A file that is complete and synchronised, beside the place it is for. */
export interface Draft {
  readonly path: string;
  readonly size: number;
  readonly modifiedMs: number;
}

/**
 * Writes and synchronises a file beside the one named, in its folder, which is made where there is none. Where that fails,
 * nothing is left.
 */
export async function writeDraft(
  file: string,
  data: Uint8Array | AsyncIterable<Uint8Array>,
): Promise<Draft> {
  const path = join(dirname(file), `.${basename(file)}.${randomUUID()}.tmp`);
  // The folder is there, but for the first of its files.
  const handle = await fs.open(path, "wx").catch(async (error: unknown) => {
    if (!isMissing(error)) throw error;
    await makeFolder(dirname(file));
    return fs.open(path, "wx");
  });
  try {
    if (data instanceof Uint8Array) await handle.writeFile(data);
    else await writeChunks(handle, data);
    const [stat] = await Promise.all([handle.stat(), handle.sync()]);
    await handle.close();
    return { path, size: stat.size, modifiedMs: stat.mtimeMs };
  } catch (error) {
    await handle.close().catch(() => {});
    await removeFile(path);
    throw error;
  }
}

/** Creates and synchronises a file in its place; false where there is one. A crash may leave a part of it. */
export async function createExclusively(file: string, data: Uint8Array): Promise<boolean> {
  let handle: fs.FileHandle;
  try {
    handle = await fs.open(file, "wx");
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await handle.writeFile(data);
    await handle.sync();
  } catch (error) {
    await removeFile(file);
    throw error;
  } finally {
    await handle.close();
  }
  return true;
}

/** Removes a file; one that is not there is no error. */
export async function removeFile(file: string): Promise<void> {
  try {
    await fs.unlink(file);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

/** The names in a folder, to be synchronised after one was added. It is opened while the file is written. */
export class FolderEntries {
  private readonly folder: string;
  private readonly opened: Promise<fs.FileHandle | undefined>;

  constructor(folder: string) {
    this.folder = folder;
    // It may have to be made yet. Windows cannot open a folder; its file systems keep names in their own journal.
    this.opened =
      process.platform === "win32"
        ? Promise.resolve(undefined)
        : fs.open(folder, "r").catch(() => undefined);
  }

  async sync(): Promise<void> {
    const handle = await this.opened;
    if (handle) await handle.sync();
    else await syncFolder(this.folder);
  }

  /** What was synchronised does not depend on this: nobody waits for it. */
  release(): void {
    void this.opened.then((handle) => handle?.close()).catch(() => {});
  }
}

async function writeChunks(
  handle: fs.FileHandle,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    held.push(chunk);
    bytes += chunk.length;
    if (bytes < GATHERED_BYTES) continue;
    await writeAll(handle, held);
    held = [];
    bytes = 0;
  }
  await writeAll(handle, held);
}

async function writeAll(handle: fs.FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  for (let left = chunks.filter(({ length }) => length > 0); left.length > 0;) {
    let { bytesWritten } = await handle.writev(left);
    const next: Uint8Array[] = [];
    for (const chunk of left) {
      if (bytesWritten < chunk.length) next.push(chunk.subarray(bytesWritten));
      bytesWritten = Math.max(0, bytesWritten - chunk.length);
    }
    left = next;
  }
}

/** Creates a folder and those above it; the entries of new ones are synchronised as the files in them will be. */
async function makeFolder(folder: string): Promise<void> {
  const first = await fs.mkdir(folder, { recursive: true }).catch(async (error: unknown) => {
    throw await mkdirReason(folder, error);
  });
  if (first === undefined) return;
  for (let made = folder; made.length >= first.length; made = dirname(made)) {
    await syncFolder(dirname(made));
  }
}

/** Node says ENOENT where a file system is read-only; making the topmost folder alone tells why it cannot be. */
async function mkdirReason(folder: string, error: unknown): Promise<unknown> {
  if (codeOf(error) !== "ENOENT") return error;
  const exists = (path: string): Promise<boolean> =>
    fs.stat(path).then(
      () => true,
      () => false,
    );
  let top = folder;
  while (top !== dirname(top) && !(await exists(dirname(top)))) top = dirname(top);
  return fs.mkdir(top).then(
    () => error,
    (reason: unknown) => reason,
  );
}

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  await using handle = await fs.open(folder, "r");
  await handle.sync();
}

export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "";
}

export function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
}
