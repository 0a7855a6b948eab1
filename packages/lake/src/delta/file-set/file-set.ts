import { stringifyJson } from "@lakewright/core";
import type { PartitionValues } from "../log/actions.ts";
import { ByteIndex, hashBytes, sameBytes } from "./byte-index.ts";
import { FileColumns } from "./file-columns.ts";
import { fileKey } from "./file-key.ts";
import { BytePages, type FileSource, LinePage } from "./line-pages.ts";
import type { LoggedFile } from "../log/parse-action.ts";
import { PartitionIds } from "./partition-ids.ts";

/** Files fewer than this are not worth a cleaning. */
const FEW = 4096;
const encoder = new TextEncoder();

/** The files of one moment, which later changes of the set do not touch. */
export interface FileList<T> extends Iterable<T> {
  readonly size: number;
  /** The files of partitions wanted, each asked for once; of the others no object is made. */
  ofPartitions(wanted: (values: PartitionValues) => boolean): Generator<T | undefined>;
}

/**
 * Files by {@link fileKey}, without an object for each: hundreds of thousands are a few columns of numbers over the bytes
 * of the log. A file is made into an object whenever it is asked for, a new one each time.
 */
export class FileSet<T extends LoggedFile> {
  private count = 0;
  private columns = new FileColumns<T>();
  private index = new ByteIndex();
  private live = new Uint8Array(16);
  private partitions = new PartitionIds();
  private pages = new BytePages<T>();

  /** What was put off: see {@link FileSet.fillLater}. */
  private unfilled: (() => void)[] = [];

  get size(): number {
    this.fill();
    return this.count;
  }

  has(key: string): boolean {
    return this.idOf(key) >= 0;
  }

  get(key: string): T | undefined {
    const id = this.idOf(key);
    return id < 0 ? undefined : this.columns.read(id);
  }

  /** The files in the order they came. What changes the set meanwhile is not seen. */
  values(): Generator<T> {
    const ids = this.liveIds();
    return valuesOf(this.columns, ids);
  }

  /** The files as they are now. */
  list(): FileList<T> {
    const ids = this.liveIds();
    const { columns, partitions } = this;
    return {
      size: ids.length,
      [Symbol.iterator]: () => valuesOf(columns, ids),
      *ofPartitions(wanted) {
        const verdicts = new Map<number, boolean>();
        for (const id of ids) {
          const partition = columns.partition(id);
          let verdict = verdicts.get(partition);
          if (verdict === undefined)
            verdicts.set(partition, (verdict = wanted(partitions.valuesOf(partition))));
          yield verdict ? columns.read(id) : undefined;
        }
      },
    };
  }

  /**
   * Puts off adding files until the set is looked at or changed: many a table is opened only to be written to. What is
   * put off adds rows, and must not fail.
   */
  fillLater(fill: () => void): void {
    this.unfilled.push(fill);
  }

  /** Adds a file that is an object already. */
  set(file: T): void {
    this.fill();
    const key = encoder.encode(fileKey(file));
    const keyAt = this.pages.append(key, 0, key.length);
    const { partitionValues = {} } = file;
    const text = encoder.encode(stringifyJson(partitionValues));
    const partition = this.partitions.idOf(text, 0, text.length, () => partitionValues);
    const keyPage = this.pages.page.bytes;
    this.push({ read: () => file }, 0, 0, keyPage, keyAt, key.length, partition);
  }

  /** Adds a file that is a line of a commit, known by a part of its bytes or by a key of its own. */
  setLine(
    page: LinePage<T>,
    from: number,
    to: number,
    key: Uint8Array | undefined,
    keyFrom: number,
    keyTo: number,
    partition: number,
  ): void {
    this.fill();
    if (key === undefined) {
      this.push(page, from, to - from, page.bytes, keyFrom, keyTo - keyFrom, partition);
      return;
    }
    const keyAt = this.pages.append(key, 0, key.length);
    const keyPage = this.pages.page.bytes;
    this.push(page, from, to - from, keyPage, keyAt, key.length, partition);
  }

  /** Adds a file that is a row of a source; see {@link FileSet.setLine}. */
  setRow(
    source: FileSource<T>,
    row: number,
    key: Uint8Array | undefined,
    keyPage: Uint8Array,
    keyFrom: number,
    keyTo: number,
    partition: number,
  ): void {
    if (key === undefined) {
      this.push(source, row, 0, keyPage, keyFrom, keyTo - keyFrom, partition);
      return;
    }
    const keyAt = this.pages.append(key, 0, key.length);
    this.push(source, row, 0, this.pages.page.bytes, keyAt, key.length, partition);
  }

  delete(key: string): boolean {
    const bytes = encoder.encode(key);
    return this.deleteKey(bytes, 0, bytes.length);
  }

  /** Takes out the file known by these bytes. */
  deleteKey(bytes: Uint8Array, from: number, to: number): boolean {
    this.fill();
    const id = this.index.remove(hashBytes(bytes, from, to), this.isKey(bytes, from, to));
    if (id < 0) return false;
    this.live[id] = 0;
    this.count--;
    return true;
  }

  /** Numbers the partition with these bytes. */
  partitionId(
    bytes: Uint8Array,
    from: number,
    to: number,
    read: (key: Uint8Array) => PartitionValues,
  ): number {
    return this.partitions.idOf(bytes, from, to, read);
  }

  /** Lines copied one after another: a small commit need not be kept for one of its lines. */
  copyLine(bytes: Uint8Array, from: number, to: number): [page: LinePage<T>, at: number] {
    const at = this.pages.append(bytes, from, to);
    return [this.pages.page, at];
  }

  /** Gives back the memory of files that were taken out, where they are most. Only between changes. */
  clean(): void {
    const { columns, partitions } = this;
    if (columns.count < FEW || 2 * this.count > columns.count) return;
    const ids = this.liveIds();
    this.columns = new FileColumns<T>();
    this.index = new ByteIndex();
    this.live = new Uint8Array(ids.length);
    this.partitions = new PartitionIds();
    this.pages = new BytePages<T>();
    this.count = 0;
    for (const id of ids) {
      const source = columns.source(id);
      const values = partitions.valuesOf(columns.partition(id));
      const text = encoder.encode(stringifyJson(values));
      const partition = this.partitions.idOf(text, 0, text.length, () => values);
      const length = columns.length(id);
      const keyAt = this.pages.append(
        columns.keyPage(id),
        columns.keyAt(id),
        columns.keyAt(id) + columns.keyLength(id),
      );
      const keyPage = this.pages.page.bytes;
      if (source instanceof LinePage) {
        const at = columns.at(id);
        const [page, to] = this.copyLine(source.bytes, at, at + length);
        this.push(page, to, length, keyPage, keyAt, columns.keyLength(id), partition);
      } else {
        const at = columns.at(id);
        this.push(source, at, length, keyPage, keyAt, columns.keyLength(id), partition);
      }
    }
  }

  private push(
    source: FileSource<T>,
    at: number,
    length: number,
    keyPage: Uint8Array,
    keyAt: number,
    keyLength: number,
    partition: number,
  ): void {
    const { columns } = this;
    const to = keyAt + keyLength;
    const hash = hashBytes(keyPage, keyAt, to);
    const before = this.index.remove(hash, this.isKey(keyPage, keyAt, to));
    if (before >= 0) this.live[before] = 0;
    else this.count++;
    const id = columns.push(source, at, length, keyPage, keyAt, keyLength, hash, partition);
    this.index.add(hash, id);
    if (id >= this.live.length) {
      const { live } = this;
      this.live = new Uint8Array(2 * (id + 1));
      this.live.set(live);
    }
    this.live[id] = 1;
  }

  private idOf(key: string): number {
    this.fill();
    const bytes = encoder.encode(key);
    return this.index.find(hashBytes(bytes, 0, bytes.length), this.isKey(bytes, 0, bytes.length));
  }

  private isKey(bytes: Uint8Array, from: number, to: number): (id: number) => boolean {
    const { columns } = this;
    const length = to - from;
    return (id) =>
      columns.keyLength(id) === length &&
      sameBytes(columns.keyPage(id), columns.keyAt(id), bytes, from, length);
  }

  private fill(): void {
    if (this.unfilled.length === 0) return;
    const { unfilled } = this;
    this.unfilled = [];
    for (const fill of unfilled) fill();
  }

  private liveIds(): Int32Array {
    this.fill();
    const ids = new Int32Array(this.count);
    let n = 0;
    for (let id = 0; id < this.columns.count; id++) if (this.live[id] === 1) ids[n++] = id;
    return ids;
  }
}

function* valuesOf<T>(columns: FileColumns<T>, ids: Int32Array): Generator<T> {
  for (const id of ids) yield columns.read(id);
}
