import { createHash } from "node:crypto";
import { StreamError } from "../errors.ts";
import type { FileHead } from "./byte-input.ts";

/** Bytes at the beginning of a file by which it is known again. */
export const HEAD_BYTES = 4096;

const NAME = /^(.*)#(\d+)-([0-9a-f]{16})$/s;

/**
 * The partition of a file: its path, and how its first bytes hash. So the identity is kept where the position is, in the
 * sink: a file that grew keeps its partition, one whose beginning changed is another.
 *
 * @throws StreamError STREAM_SOURCE_CHANGED where positions are stored for the path, and the file begins otherwise now.
 */
export function partitionOf(
  head: FileHead,
  stored: readonly string[],
  whenChanged: "fail" | "readAgain",
): string {
  const known = stored.filter((partition) => pathOf(partition) === head.path);
  const same = known
    .filter((partition) => nameAt(head, lengthOf(partition)) === partition)
    .sort((a, b) => lengthOf(b) - lengthOf(a));
  if (same.length > 0) return same[0]!;
  if (known.length > 0 && whenChanged === "fail") throw changed(head, lengthOf(known[0]!));
  return nameAt(head, Math.min(head.size, HEAD_BYTES));
}

function nameAt(head: FileHead, length: number): string {
  const hash = createHash("sha256").update(head.bytes.subarray(0, length)).digest("hex");
  return `${head.path}#${length}-${hash.slice(0, 16)}`;
}

function pathOf(partition: string): string | undefined {
  return NAME.exec(partition)?.[1];
}

function lengthOf(partition: string): number {
  return Number(NAME.exec(partition)?.[2]);
}

function changed(head: FileHead, length: number): StreamError {
  const { path, size } = head;
  return new StreamError(
    "STREAM_SOURCE_CHANGED",
    size < length
      ? `File ${path} has ${size} bytes; when it was read before it had at least ${length}.`
      : `The first ${length} bytes of file ${path} are not those it had when it was read before.`,
    {
      hint: 'Give a new file a new name; or set whenChanged to "readAgain" to read this one from its beginning.',
      details: { path, size },
    },
  );
}

/** A file that ends before the position stored for it, or was cut inside a record. */
export function positionLost(path: string, position: bigint, reason: string): StreamError {
  return new StreamError("STREAM_SOURCE_CHANGED", `File ${path} ${reason}.`, {
    hint: "Bring the file back as it was, or give the new one a new name: it is then read from its beginning.",
    details: { path, position },
  });
}
