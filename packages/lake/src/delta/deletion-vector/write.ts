import { concatBytes } from "../../store/bytes.ts";
import type { Store } from "../../store/store.ts";
import type { DeletionVector } from "../log/actions.ts";
import { crc32 } from "../../parquet/codec/crc32.ts";
import { DELETION_VECTOR_MAGIC } from "./read.ts";
import { formatRoaring } from "./roaring-write.ts";
import { encodeZ85 } from "./z85.ts";

const FILE_VERSION = 1;
/** A vector no larger is kept in the log itself: it saves readers a request, and the log stays small. */
const MOST_INLINE_BYTES = 128;

/** The deletion vectors of one commit: small ones go into the log, the others into one file. */
export class DeletionVectorWriter {
  private readonly chunks: Uint8Array[] = [Uint8Array.of(FILE_VERSION)];
  private readonly uuid: string = crypto.randomUUID();
  private size = 1;

  /** Takes the places of deleted rows, ascending, and says what the log has for them. */
  add(places: Uint32Array): DeletionVector {
    const data = formatVector(places);
    const counts = { sizeInBytes: data.length, cardinality: places.length };
    if (data.length <= MOST_INLINE_BYTES) {
      return { storageType: "i", pathOrInlineDv: encodeZ85(data), ...counts };
    }
    const offset = this.size;
    const frame = new Uint8Array(data.length + 8);
    const view = new DataView(frame.buffer);
    view.setUint32(0, data.length);
    frame.set(data, 4);
    view.setUint32(4 + data.length, crc32(data));
    this.chunks.push(frame);
    this.size += frame.length;
    return { storageType: "u", pathOrInlineDv: encodeZ85(uuidBytes(this.uuid)), offset, ...counts };
  }

  /** Writes the file, where there is anything in it. */
  async finish(store: Store): Promise<void> {
    if (this.size <= 1) return;
    await store.proveCommits?.();
    await store.put(this.path, concatBytes(this.chunks));
  }

  /** Removes the file again, as far as the store lets it. */
  async discard(store: Store): Promise<void> {
    if (this.size > 1) await store.delete(this.path).catch(() => {});
  }

  private get path(): string {
    return `deletion_vector_${this.uuid}.bin`;
  }
}

/** "Deletion Vector Format" of PROTOCOL.md. Places have 32 bits, so there is one bucket at most. */
function formatVector(places: Uint32Array): Uint8Array {
  const bitmap = formatRoaring(places);
  const bytes = new Uint8Array(16 + bitmap.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, DELETION_VECTOR_MAGIC, true);
  view.setBigUint64(4, 1n, true);
  view.setUint32(12, 0, true);
  bytes.set(bitmap, 16);
  return bytes;
}

function uuidBytes(uuid: string): Uint8Array {
  const hex = uuid.replaceAll("-", "");
  return Uint8Array.from({ length: 16 }, (_, k) => parseInt(hex.slice(2 * k, 2 * k + 2), 16));
}
