import type { PartitionValues } from "../log/actions.ts";
import { ByteIndex, hashBytes, sameBytes } from "./byte-index.ts";

/** Numbers partitions, so that files of one share its values. Told apart by the bytes the log has for them. */
export class PartitionIds {
  private readonly index = new ByteIndex();
  private readonly keys: Uint8Array[] = [];
  private readonly values: (PartitionValues | (() => PartitionValues))[] = [];

  /** The number of the partition with these bytes; `read` gives its values when they are first asked for. */
  idOf(
    bytes: Uint8Array,
    from: number,
    to: number,
    read: (key: Uint8Array) => PartitionValues,
  ): number {
    const hash = hashBytes(bytes, from, to);
    const length = to - from;
    const known = this.index.find(hash, (id) => {
      const key = this.keys[id]!;
      return key.length === length && sameBytes(key, 0, bytes, from, length);
    });
    if (known >= 0) return known;
    const id = this.keys.length;
    const key = bytes.slice(from, to);
    this.keys.push(key);
    this.values.push(() => read(key));
    this.index.add(hash, id);
    return id;
  }

  valuesOf(id: number): PartitionValues {
    const value = this.values[id]!;
    return typeof value === "function" ? (this.values[id] = value()) : value;
  }

  get size(): number {
    return this.keys.length;
  }
}
