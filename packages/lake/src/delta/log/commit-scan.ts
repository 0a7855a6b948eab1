import { stringifyJson } from "@lakewright/core";
import type { Action, PartitionValues } from "./actions.ts";
import { parseCommit, parseLine } from "./commit-json.ts";
import { fileKey } from "../file-set/file-key.ts";
import type { FileSet } from "../file-set/file-set.ts";
import { LinePage } from "../file-set/line-pages.ts";
import { ADD, LineScan, REMOVE } from "./line-scan.ts";
import { type LoggedFile, parseAction } from "./parse-action.ts";

/** A commit no smaller is kept as it is, not line by line. */
const KEPT_BYTES = 256 * 1024;
/** Numbers of a line: kind, from, to, then key and partition values from and to. */
const WIDTH = 7;
const NO_VALUES = new TextEncoder().encode("{}");

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A commit whose actions on files are lines still. */
export interface ScannedCommit {
  /** Everything but the lines; also actions on files where the commit is not one action a line. */
  readonly actions: readonly Action[];
  readonly lines: FileLines | undefined;
}

/** The lines of a commit that are actions on files. Used for one commit after another. */
export class FileLines {
  private bytes: Uint8Array = NO_VALUES;
  private cells = new Int32Array(16 * WIDTH);
  private count = 0;
  /** Keys and partition values that are not a part of the line, by its number. */
  private readonly keys = new Map<number, Uint8Array>();
  private readonly parsedPartitions = new Map<number, Uint8Array>();

  begin(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.count = 0;
    this.keys.clear();
    this.parsedPartitions.clear();
  }

  get isEmpty(): boolean {
    return this.count === 0;
  }

  push(from: number, to: number, scan: LineScan): void {
    this.add(scan.kind, from, to);
    const at = (this.count - 1) * WIDTH;
    this.cells[at + 3] = scan.pathFrom;
    this.cells[at + 4] = scan.pathTo;
    this.cells[at + 5] = scan.partitionFrom;
    this.cells[at + 6] = scan.partitionTo;
  }

  /** A line that had to be parsed: its values are made of the line again, when they are asked for. */
  pushParsed(kind: typeof ADD | typeof REMOVE, from: number, to: number, file: LoggedFile): void {
    const { partitionValues = {} } = file;
    this.add(kind, from, to);
    const k = this.count - 1;
    this.keys.set(k, encoder.encode(fileKey(file)));
    this.parsedPartitions.set(k, encoder.encode(stringifyJson(partitionValues)));
  }

  /** Takes the files of the removes out of one set, and puts the removes into another. */
  remove(files: FileSet<never>, tombstones: FileSet<LoggedFile>): boolean {
    return this.each(REMOVE, (key, from, to) => files.deleteKey(key, from, to), tombstones);
  }

  /** Puts the adds into a set, and takes their removes out of another. */
  addTo(files: FileSet<LoggedFile>, tombstones: FileSet<never>): boolean {
    return this.each(ADD, (key, from, to) => tombstones.deleteKey(key, from, to), files);
  }

  private each(
    kind: typeof ADD | typeof REMOVE,
    takeOut: (key: Uint8Array, from: number, to: number) => void,
    into: FileSet<LoggedFile>,
  ): boolean {
    const { cells, bytes } = this;
    const kept = bytes.length >= KEPT_BYTES ? new LinePage<LoggedFile>(bytes) : undefined;
    let any = false;
    for (let k = 0; k < this.count; k++) {
      const at = k * WIDTH;
      if (cells[at] !== kind) continue;
      any = true;
      const from = cells[at + 1]!;
      const to = cells[at + 2]!;
      const key = this.keys.get(k);
      const keyFrom = cells[at + 3]!;
      const keyTo = cells[at + 4]!;
      if (key) takeOut(key, 0, key.length);
      else takeOut(bytes, keyFrom, keyTo);
      const partition = this.partitionOf(k, into);
      if (kept) into.setLine(kept, from, to, key, keyFrom, keyTo, partition);
      else {
        const [page, start] = into.copyLine(bytes, from, to);
        const moved = start - from;
        into.setLine(page, start, to + moved, key, keyFrom + moved, keyTo + moved, partition);
      }
    }
    return any;
  }

  private partitionOf(k: number, into: FileSet<LoggedFile>): number {
    const parsed = this.parsedPartitions.get(k);
    if (parsed) return into.partitionId(parsed, 0, parsed.length, valuesOf);
    const from = this.cells[k * WIDTH + 5]!;
    const to = this.cells[k * WIDTH + 6]!;
    return to === from
      ? into.partitionId(NO_VALUES, 0, NO_VALUES.length, valuesOf)
      : into.partitionId(this.bytes, from, to, valuesOf);
  }

  private add(kind: number, from: number, to: number): void {
    const at = this.count++ * WIDTH;
    if (at === this.cells.length) {
      const { cells } = this;
      this.cells = new Int32Array(2 * at);
      this.cells.set(cells);
    }
    this.cells[at] = kind;
    this.cells[at + 1] = from;
    this.cells[at + 2] = to;
  }
}

/**
 * A commit, its actions on files left as lines. Lines are scanned as bytes; what the scan does not understand is parsed,
 * and where a line is no JSON of its own, the whole commit is.
 *
 * @param lines - to be used again: what is returned is good until then
 * @throws LakeError LAKE_CORRUPT_LOG naming the file and line.
 */
export function scanCommit(
  bytes: Uint8Array,
  path: string,
  lines: FileLines = new FileLines(),
): ScannedCommit {
  lines.begin(bytes);
  const actions: Action[] = [];
  const scan = new LineScan();
  let number = 0;
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(10, start);
    const next = newline < 0 ? bytes.length : newline + 1;
    let from = start;
    let to = newline < 0 ? bytes.length : newline;
    start = next;
    number++;
    while (from < to && isSpace(bytes[from]!)) from++;
    while (to > from && isSpace(bytes[to - 1]!)) to--;
    if (from === to) continue;
    if (scan.scan(bytes, from, to)) {
      lines.push(from, to, scan);
      continue;
    }
    const value = parseLine(decoder.decode(bytes.subarray(from, to)));
    if (value === undefined) return { actions: parseCommit(bytes, path), lines: undefined };
    const action = parseAction(value, `${path} line ${number}`);
    if (action?.add) lines.pushParsed(ADD, from, to, action.add);
    else if (action?.remove) lines.pushParsed(REMOVE, from, to, action.remove);
    else if (action) actions.push(action);
  }
  if (actions.length === 0 && lines.isEmpty) {
    // Nothing this package keeps, or nothing at all, which is an error.
    return { actions: parseCommit(bytes, path), lines: undefined };
  }
  return { actions, lines };
}

/** Space, tab, carriage return. */
function isSpace(c: number): boolean {
  return c === 32 || c === 9 || c === 13;
}

function valuesOf(key: Uint8Array): PartitionValues {
  return (parseLine(decoder.decode(key)) ?? {}) as PartitionValues;
}
