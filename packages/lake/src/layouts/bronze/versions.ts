import { plainValues, validityOf } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import type { TableChange } from "../../change/table-change.ts";
import type { AddFile } from "../../delta/log/actions.ts";
import { columnData } from "../../merge/row-set.ts";
import type { PlacedRows } from "../../read/data-file.ts";
import type { Bound } from "../../where/bind.ts";
import { HASH, IS_DELETED, type Shape, VALID_FROM, VALID_TO } from "./columns.ts";
import type { KeyFinder } from "./key-finder.ts";
import { type Load, sameBytes } from "./load.ts";
import { HEX_BYTES } from "./sha256.ts";

/** A recorded version that a load may end. */
export interface Version {
  readonly file: AddFile;
  /** Its row in the file. */
  readonly place: number;
  readonly from: bigint;
  /** Undefined for one that is open. */
  readonly to: bigint | undefined;
  readonly isDeleted: boolean;
}

/** What the table has about the keys of a load. */
export interface Recorded {
  /** By row of the load: the version that stands at its time. */
  readonly covering: readonly (Version | undefined)[];
  /** By row of the load: 1 where that version has the same hash. */
  readonly isSame: Uint8Array;
  /** By row of the load: when the first version begins, where the key had none yet at its time. */
  readonly nextFrom: readonly (bigint | undefined)[];
  /** Of a snapshot: living versions at its time whose keys it does not have. */
  readonly missing: readonly Version[];
  /** Living versions at the time of the load. */
  readonly living: number;
  /** When the latest of the versions read began. */
  readonly latest: bigint;
}

export interface ScanVersions {
  readonly shape: Shape;
  readonly load: Load;
  readonly mode: "snapshot" | "changes";
  /** The time of the load; undefined for one after everything recorded. */
  readonly at: bigint | undefined;
  /** As `boundOf` says. */
  readonly where: Bound;
}

/** Reads the versions that are open or end after the earliest time of a load. */
export async function scanVersions(
  change: TableChange,
  { shape, load, mode, at, where }: ScanVersions,
): Promise<Recorded> {
  const { keys } = load;
  const recorded: Recording = {
    covering: new Array<Version | undefined>(load.rows).fill(undefined),
    nextFrom: new Array<bigint | undefined>(load.rows).fill(undefined),
    isSame: new Uint8Array(load.rows),
    missing: [],
    living: 0,
    latest: -(2n ** 63n),
  };
  // What is deleted is so whatever the row was: of tombstones alone no version's hash is asked, the largest of the columns.
  const isCompared = load.isDeleted.includes(0);
  const looked = [VALID_FROM, VALID_TO, IS_DELETED, ...(isCompared ? [HASH] : [])];
  const read = { change, key: shape.key, keys, where, columns: looked };
  for (const file of change.candidates(where)) {
    const found = mode === "snapshot" ? everyVersion(read, file) : versionsOfKeys(read, file);
    for await (const versions of found) {
      const hash = isCompared ? textOf(columnData(versions.batch, HASH)) : undefined;
      compare(recorded, { load, mode, at, file, hash }, versions);
    }
  }
  return recorded;
}

type Recording = { -readonly [K in keyof Recorded]: Recorded[K] } & {
  readonly covering: (Version | undefined)[];
  readonly nextFrom: (bigint | undefined)[];
  readonly missing: Version[];
};

interface Compared extends Pick<ScanVersions, "load" | "mode" | "at"> {
  readonly file: AddFile;
  /** The hashes of the versions; undefined where none is asked. */
  readonly hash: Texts | undefined;
}

/** Notes what versions of a file say of the rows of a load. */
function compare(
  recorded: Recording,
  { load, mode, at, file, hash }: Compared,
  { batch, places, ids }: FoundVersions,
): void {
  const { times, first, next, hashes } = load;
  const { covering, nextFrom, isSame, missing } = recorded;
  const of = readVersion(batch);
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    const { from, to, isDeleted } = of(i);
    const isWanted = mode === "snapshot" && stands(at, from, to) && !isDeleted;
    if (isWanted) recorded.living++;
    if (id < 0 && !isWanted) continue;
    const version: Version = { file, place: places[i]!, from, to, isDeleted };
    if (from > recorded.latest) recorded.latest = from;
    if (id < 0) {
      missing.push(version);
      continue;
    }
    for (let row = first[id]!; row >= 0; row = next[row]!) {
      const time = times ? times[row] : at;
      if (stands(time, from, to)) {
        covering[row] = version;
        if (hash)
          isSame[row] = Number(sameBytes(hashes, row * HEX_BYTES, hash.bytes, hash.offsets[i]!));
      } else if (time !== undefined && from > time) {
        const known = nextFrom[row];
        if (known === undefined || from < known) nextFrom[row] = from;
      }
    }
  }
}

function stands(time: bigint | undefined, from: bigint, to: bigint | undefined): boolean {
  return time === undefined ? to === undefined : from <= time && (to === undefined || time < to);
}

interface VersionRead {
  readonly change: TableChange;
  readonly key: readonly string[];
  readonly keys: KeyFinder;
  readonly where: Bound;
  readonly columns: readonly string[];
}

interface FoundVersions extends PlacedRows {
  /** The number of each one's key; -1 where the load does not have it. */
  readonly ids: Int32Array;
}

async function* everyVersion(
  { change, key, keys, where, columns }: VersionRead,
  file: AddFile,
): AsyncGenerator<FoundVersions> {
  const looked = [...new Set([...key, ...columns])];
  for await (const { batch, places } of change.read(file, looked, where))
    yield { batch, places, ids: keys.find(batch) };
}

/** Only those of the load's keys: the keys are read, and then the rest of what was found. */
async function* versionsOfKeys(
  { change, key, keys, where, columns }: VersionRead,
  file: AddFile,
): AsyncGenerator<FoundVersions> {
  for await (const { batch, places } of change.read(file, key, where)) {
    const all = keys.find(batch);
    const found = all.filter((id) => id >= 0);
    if (found.length === 0) continue;
    const at = places.filter((_, i) => all[i]! >= 0);
    let done = 0;
    for await (const rows of change.readAt(file, at, columns))
      yield { ...rows, ids: found.subarray(done, (done += rows.places.length)) };
  }
}

/** Versions a load can concern: of changes those of its keys; open ones, or such as end after its earliest time. */
export function boundOf(load: Load, mode: ScanVersions["mode"], at: bigint | undefined): Bound {
  const open: Bound = { op: "isNull", column: VALID_TO };
  let earliest = mode === "snapshot" ? at : undefined;
  if (!load.times) earliest = at;
  else
    for (const time of load.times) if (earliest === undefined || time < earliest) earliest = time;
  const late: Bound =
    earliest === undefined
      ? open
      : { op: "or", terms: [open, { op: "gt", column: VALID_TO, key: earliest }] };
  return mode === "snapshot" ? late : { op: "and", terms: [late, load.keys.bound] };
}

type Times = Pick<Version, "from" | "to" | "isDeleted">;

function readVersion(batch: RecordBatch): (row: number) => Times {
  const from = columnData(batch, VALID_FROM).values as BigInt64Array;
  const end = columnData(batch, VALID_TO);
  const ends = end.values as BigInt64Array;
  const isEnded = validityOf(end);
  const deleted = columnData(batch, IS_DELETED);
  const bits = deleted.values as Uint8Array;
  return (row) => {
    const bit = deleted.offset + row;
    return {
      from: from[row]!,
      to: isEnded(row) ? ends[row]! : undefined,
      isDeleted: (bits[bit >> 3]! & (1 << (bit & 7))) !== 0,
    };
  };
}

interface Texts {
  readonly bytes: Uint8Array;
  readonly offsets: Int32Array;
}

function textOf(data: Data): Texts {
  const { values, valueOffsets } = plainValues(data);
  return { bytes: values as Uint8Array, offsets: valueOffsets as Int32Array };
}
