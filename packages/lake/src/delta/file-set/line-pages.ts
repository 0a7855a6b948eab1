import { LakeError } from "../../errors.ts";
import { parseLine } from "../log/commit-json.ts";
import { type LoggedFile, parseAction } from "../log/parse-action.ts";

const SMALLEST = 4 * 1024;
const LARGEST = 4 * 2 ** 20;

/** Where actions of files are kept, to be made into objects when they are asked for. */
export interface FileSource<T> {
  /** @param length - of those that differ in it, as lines do */
  read(at: number, length: number): T;
}

/** Lines of commits, of which each is an action on a file. */
export class LinePage<T extends LoggedFile> implements FileSource<T> {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  read(at: number, length: number): T {
    const value = parseLine(decoder.decode(this.bytes.subarray(at, at + length)));
    const action = value && parseAction(value, "A commit");
    const file = action?.add ?? action?.remove;
    if (!file)
      throw new LakeError("LAKE_CORRUPT_LOG", "A line of a commit is no action on a file.");
    return file as LoggedFile as T;
  }
}

const decoder = new TextDecoder();

/** Bytes put one after another, in pages that grow with what is put there. */
export class BytePages<T extends LoggedFile> {
  page: LinePage<T> = new LinePage(new Uint8Array(0));
  private end = 0;

  /** Copies bytes to {@link page} and returns where they are. */
  append(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (this.end + length > this.page.bytes.length) {
      const next = Math.min(LARGEST, Math.max(SMALLEST, 2 * this.page.bytes.length));
      this.page = new LinePage(new Uint8Array(Math.max(next, length)));
      this.end = 0;
    }
    const at = this.end;
    this.page.bytes.set(from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to), at);
    this.end += length;
    return at;
  }
}
