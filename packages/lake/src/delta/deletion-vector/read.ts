import { isLakeError, LakeError } from "../../errors.ts";
import { toHex } from "../../store/byte-text.ts";
import type { Store } from "../../store/store.ts";
import type { DeletionVector } from "../log/actions.ts";
import { crc32 } from "../../parquet/codec/crc32.ts";
import { addressOf } from "../data-files/address.ts";
import { readRoaring } from "./roaring.ts";
import { decodeZ85 } from "./z85.ts";

export const DELETION_VECTOR_MAGIC = 1_681_511_377;
const UUID_CHARACTERS = 20;

/** Positions of deleted rows in their file, from 0, ascending. */
export type DeletedRows = Uint32Array;

/**
 * Reads a deletion vector ("Deletion Vector Format" of PROTOCOL.md), from its file or inline.
 *
 * @throws LakeError LAKE_CORRUPT_LOG where it does not decode or its checksum or cardinality is wrong; the store's errors.
 */
export async function readDeletionVector(
  store: Store,
  vector: DeletionVector,
  signal?: AbortSignal,
): Promise<DeletedRows> {
  const bytes =
    vector.storageType === "i" ? inlineBytes(vector) : await storedBytes(store, vector, signal);
  const rows = decode(bytes, vector);
  if (rows.length !== vector.cardinality) {
    throw corrupt(vector, `holds ${rows.length} rows, and the log says ${vector.cardinality}`);
  }
  return rows;
}

function inlineBytes(vector: DeletionVector): Uint8Array {
  const bytes = decodeZ85(vector.pathOrInlineDv);
  if (!bytes) throw corrupt(vector, "is not encoded as Z85");
  return bytes.subarray(0, vector.sizeInBytes);
}

async function storedBytes(
  store: Store,
  vector: DeletionVector,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  const from = vector.offset ?? 0;
  const address = addressOf(store, vectorPath(vector));
  let framed: Uint8Array;
  try {
    framed = await address.store.get(address.path, {
      from,
      to: from + vector.sizeInBytes + 8,
      signal,
    });
  } catch (error) {
    if (!isLakeError(error, "LAKE_STORE_NOT_FOUND")) throw error;
    throw corrupt(vector, `is in ${address.path}, which is missing`, error);
  }
  if (framed.length < vector.sizeInBytes + 8) throw corrupt(vector, "is cut short");
  const view = new DataView(framed.buffer, framed.byteOffset, framed.byteLength);
  if (view.getUint32(0) !== vector.sizeInBytes)
    throw corrupt(vector, "has another size in its file");
  const bytes = framed.subarray(4, 4 + vector.sizeInBytes);
  if (view.getUint32(4 + vector.sizeInBytes) !== crc32(bytes)) {
    throw corrupt(vector, "does not match its checksum");
  }
  return bytes;
}

/** The path of the vector's file as a log would have it. */
export function vectorPath(vector: DeletionVector): string {
  const { storageType, pathOrInlineDv: text } = vector;
  if (storageType === "p") return text;
  if (storageType !== "u") {
    throw new LakeError(
      "LAKE_UNSUPPORTED_FEATURE",
      `A deletion vector has the storage type ${JSON.stringify(storageType)}.`,
      { details: { features: [`deletion vector storage ${storageType}`] } },
    );
  }
  const prefix = text.slice(0, -UUID_CHARACTERS);
  const uuid = decodeZ85(text.slice(-UUID_CHARACTERS));
  if (uuid?.length !== 16) throw corrupt(vector, "names its file by no UUID");
  const name = toHex(uuid).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return `${prefix === "" ? "" : `${prefix}/`}deletion_vector_${name}.bin`;
}

function decode(bytes: Uint8Array, vector: DeletionVector): Uint32Array {
  const rows = new Positions();
  try {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (view.getUint32(0, true) !== DELETION_VECTOR_MAGIC) {
      throw corrupt(vector, "has another format than the protocol's portable one");
    }
    let at = 12;
    for (let left = view.getBigUint64(4, true); left > 0n; left--) {
      const high = view.getUint32(at, true);
      if (high > 0) throw corrupt(vector, "deletes a row beyond the 2^32 that a file may have");
      at = readRoaring(bytes, at + 4, 0, rows);
    }
  } catch (error) {
    if (error instanceof LakeError) throw error;
    throw corrupt(vector, "cannot be decoded", error);
  }
  return rows.values();
}

/** Numbers below 2^32 that are gathered one by one. */
class Positions {
  private room = new Uint32Array(256);
  private count = 0;

  push(value: number): void {
    if (this.count === this.room.length) {
      const larger = new Uint32Array(2 * this.count);
      larger.set(this.room);
      this.room = larger;
    }
    this.room[this.count++] = value;
  }

  values(): Uint32Array {
    return this.room.subarray(0, this.count);
  }
}

function corrupt(vector: DeletionVector, problem: string, cause?: unknown): LakeError {
  const name =
    vector.storageType === "i"
      ? "An inline deletion vector"
      : `Deletion vector ${vector.pathOrInlineDv}`;
  return new LakeError("LAKE_CORRUPT_LOG", `${name} ${problem}.`, {
    details: { ...vector },
    cause,
  });
}
