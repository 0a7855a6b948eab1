import { isAt, skipNumber, skipSpaces, skipText, skipValue } from "./json-scan.ts";

export const ADD = 1;
export const REMOVE = 2;

/** What must be known of a line to replay it, without decoding it. */
export class LineScan {
  kind: typeof ADD | typeof REMOVE = ADD;
  /** The path, which is its own canonical form. */
  pathFrom = 0;
  pathTo = 0;
  /** The partition values as JSON; empty where there are none. */
  partitionFrom = 0;
  partitionTo = 0;

  /**
   * Scans a line: true for an action on a file that the full parser would take and whose key is its path as it stands.
   * False says nothing but that the full parser has to look. `from` and `to` have no spaces around.
   */
  scan(bytes: Uint8Array, from: number, to: number): boolean {
    if (bytes[from] !== 123) return false;
    let at = skipSpaces(bytes, from + 1);
    if (isAt(bytes, at, '"add"')) {
      this.kind = ADD;
      at += 5;
    } else if (isAt(bytes, at, '"remove"')) {
      this.kind = REMOVE;
      at += 8;
    } else return false;
    at = skipSpaces(bytes, at);
    if (bytes[at] !== 58) return false;
    at = this.scanFile(bytes, skipSpaces(bytes, at + 1));
    if (at < 0) return false;
    at = skipSpaces(bytes, at);
    return bytes[at] === 125 && at + 1 === to;
  }

  private scanFile(bytes: Uint8Array, from: number): number {
    if (bytes[from] !== 123) return -1;
    this.pathFrom = this.pathTo = this.partitionFrom = this.partitionTo = 0;
    let hasSize = this.kind === REMOVE;
    let at = skipSpaces(bytes, from + 1);
    for (;;) {
      const name = at + 1;
      at = skipText(bytes, at);
      if (at < 0) return -1;
      const length = at - 1 - name;
      at = skipSpaces(bytes, at);
      if (bytes[at] !== 58) return -1;
      const value = skipSpaces(bytes, at + 1);
      const end = this.scanProperty(bytes, name, length, value);
      if (end < 0) return -1;
      if (length === 4 && isAt(bytes, name, "size")) hasSize = true;
      at = skipSpaces(bytes, end);
      if (bytes[at] === 125) break;
      if (bytes[at] !== 44) return -1;
      at = skipSpaces(bytes, at + 1);
    }
    return hasSize && this.pathTo > this.pathFrom ? at + 1 : -1;
  }

  /** Where the value of a property ends; -1 also where it is not of the type wanted, or needs to be decoded. */
  private scanProperty(bytes: Uint8Array, name: number, length: number, at: number): number {
    const type = typeOf(bytes, name, length);
    const first = bytes[at];
    if (type === undefined) return hasEscape(bytes, name, length) ? -1 : skipValue(bytes, at);
    if (type === "path") {
      const end = skipText(bytes, at);
      if (end < 0 || !isPlainPath(bytes, at + 1, end - 1)) return -1;
      this.pathFrom = at + 1;
      this.pathTo = end - 1;
      return end;
    }
    if (first === NULL && !(type === "size" && this.kind === ADD)) {
      if (type === "partitionValues") this.partitionFrom = this.partitionTo = 0;
      return skipValue(bytes, at);
    }
    switch (type) {
      case "text":
        return skipText(bytes, at);
      case "size":
      case "number":
        return skipInteger(bytes, at, SAFE_DIGITS);
      case "integer":
        return skipInteger(bytes, at, Infinity);
      case "object":
        return first === 123 ? skipValue(bytes, at) : -1;
      case "partitionValues": {
        const end = first === 123 ? skipValue(bytes, at) : -1;
        this.partitionFrom = at;
        this.partitionTo = end;
        return end;
      }
      default:
        return -1;
    }
  }
}

/** "n" of null. */
const NULL = 110;
/** Integers no longer are exact as numbers. */
const SAFE_DIGITS = 15;

type Type =
  "path" | "partitionValues" | "size" | "number" | "integer" | "text" | "object" | "vector";

const TYPES: readonly (readonly [name: string, type: Type])[] = [
  ["path", "path"],
  ["partitionValues", "partitionValues"],
  ["size", "size"],
  ["modificationTime", "number"],
  ["deletionTimestamp", "number"],
  ["stats", "text"],
  ["tags", "object"],
  // A key of more than the path: the full parser makes it.
  ["deletionVector", "vector"],
  ["baseRowId", "integer"],
  ["defaultRowCommitVersion", "integer"],
  ["clusteringProvider", "text"],
];

const byLength = Map.groupBy(TYPES, ([name]) => name.length);

function typeOf(bytes: Uint8Array, name: number, length: number): Type | undefined {
  for (const [text, type] of byLength.get(length) ?? []) if (isAt(bytes, name, text)) return type;
  return undefined;
}

/** Where a plain integer ends; -1 for one of more digits, or a number that is not plain. */
function skipInteger(bytes: Uint8Array, at: number, digits: number): number {
  const end = skipNumber(bytes, at);
  if (end - at > digits) return -1;
  for (let i = at; i < end; i++) if (bytes[i] === 46 || (bytes[i]! | 32) === 101) return -1;
  return end;
}

function hasEscape(bytes: Uint8Array, from: number, length: number): boolean {
  for (let i = from; i < from + length; i++) if (bytes[i] === 92) return true;
  return false;
}

/** Whether a path is its own canonical form: plain characters, no escapes of JSON or of a URI, relative. */
export function isPlainPath(bytes: Uint8Array, from: number, to: number): boolean {
  if (isAt(bytes, from, "file:")) return false;
  for (let i = from; i < to; i++) {
    const c = bytes[i]!;
    if (c > 126 || c === 37 || c === 92) return false;
  }
  return true;
}
