import { columnReader, plainValues, validityOf } from "@lakewright/core";
import { type Data, DataType, type RecordBatch } from "apache-arrow";
import type { Action, AddFile, PartitionValues, RemoveFile } from "../log/actions.ts";
import { fileKey } from "../file-set/file-key.ts";
import type { FileSet } from "../file-set/file-set.ts";
import type { FileSource } from "../file-set/line-pages.ts";
import { isPlainPath } from "../log/line-scan.ts";
import { type LoggedFile, parseAction, type RawAction } from "../log/parse-action.ts";

const KEY_END = 0xfe;
const ENTRY_END = 0xff;
const encoder = new TextEncoder();

/** Rows of a checkpoint, of which those that are actions on files are columns still. */
export interface CheckpointRows {
  /** The other actions. */
  readonly actions: readonly Action[];
  /** Puts the actions on files into the sets they belong to. */
  apply(files: FileSet<AddFile>, tombstones: FileSet<RemoveFile>): void;
}

/**
 * The actions of a batch of a checkpoint.
 *
 * @throws LakeError LAKE_CORRUPT_LOG where a property the protocol requires is missing or of another type; also by `apply`.
 */
export function checkpointRows(batch: RecordBatch, source: string): CheckpointRows {
  const actions: Action[] = [];
  const files = new Map<"add" | "remove", Data>();
  batch.schema.fields.forEach(({ name }, k) => {
    const data = batch.data.children[k]!;
    if (name === "add" || name === "remove") files.set(name, data);
    else actions.push(...actionsOf(name, data, source));
  });
  return {
    actions,
    apply(adds, tombstones) {
      const add = files.get("add");
      const remove = files.get("remove");
      if (add) new FileRows<AddFile>("add", add, source).addTo(adds);
      if (remove) new FileRows<RemoveFile>("remove", remove, source).addTo(tombstones);
    },
  };
}

function* actionsOf(kind: string, data: Data, source: string): Generator<Action> {
  if (data.nullCount === data.length) return;
  const isThere = validityOf(data);
  const read = columnReader(data);
  for (let row = 0; row < data.length; row++) {
    if (!isThere(row)) continue;
    const action = parseAction({ [kind]: read(row) } as RawAction, source);
    if (action) yield action;
  }
}

/** The rows of one kind of action on files. */
class FileRows<T extends LoggedFile> implements FileSource<T> {
  private readonly kind: "add" | "remove";
  private readonly data: Data;
  private readonly source: string;
  private reader: ((row: number) => unknown) | undefined;

  constructor(kind: "add" | "remove", data: Data, source: string) {
    this.kind = kind;
    this.data = data;
    this.source = source;
  }

  read(row: number): T {
    this.reader ??= columnReader(this.data);
    const action = parseAction({ [this.kind]: this.reader(row) } as RawAction, this.source)!;
    return (action.add ?? action.remove) as LoggedFile as T;
  }

  addTo(set: FileSet<T>): void {
    const { data } = this;
    if (data.nullCount === data.length) return;
    const columns = this.columnsOf();
    if (columns?.isSound) set.fillLater(() => this.addRows(set, columns));
    else this.addRows(set, columns);
  }

  private addRows(set: FileSet<T>, columns: FileColumnData | undefined): void {
    const { data } = this;
    const isThere = validityOf(data);
    for (let row = 0; row < data.length; row++) {
      if (!isThere(row)) continue;
      if (columns) this.addRow(set, row, columns);
      else set.set(this.read(row));
    }
  }

  private addRow(set: FileSet<T>, row: number, columns: FileColumnData): void {
    const { bytes, offsets, isComplete, hasVector, partitions } = columns;
    const from = offsets[row]!;
    const to = offsets[row + 1]!;
    const plain = isComplete(row) && !hasVector(row) && to > from && isPlainPath(bytes, from, to);
    // Reading the row tells what is wrong with it, too.
    const key = plain ? undefined : encoder.encode(fileKey(this.read(row)));
    const partition = partitions.idIn(set, row);
    set.setRow(this, row, key, bytes, from, to, partition);
  }

  /** The columns looked at; undefined where one is of a type it should not be, which the full parser judges. */
  private columnsOf(): FileColumnData | undefined {
    const child = (name: string): Data | undefined => {
      const k = this.data.type.children.findIndex((field) => field.name === name);
      return this.data.children[k];
    };
    for (const [name, isType] of TYPES) {
      const data = child(name);
      if (data && !isType(plainType(data))) return undefined;
    }
    const path = child("path");
    const size = child("size");
    if (!path || (!size && this.kind === "add")) return undefined;
    const { values, valueOffsets } = plainValues(path);
    const isPath = validityOf(path);
    const isSize = size && this.kind === "add" ? validityOf(size) : (): boolean => true;
    const vector = child("deletionVector");
    const partitionValues = child("partitionValues");
    const rows = this.data.length - this.data.nullCount;
    const has = (column: Data | undefined): number =>
      column ? column.length - column.nullCount : rows;
    return {
      isSound:
        has(path) === rows &&
        (this.kind === "remove" || has(size) === rows) &&
        (!vector || vector.nullCount === vector.length),
      bytes: values as Uint8Array,
      offsets: valueOffsets,
      isComplete: (row) => isPath(row) && isSize(row),
      hasVector: vector ? validityOf(vector) : () => false,
      partitions: new PartitionColumn(partitionValues),
    };
  }
}

interface FileColumnData {
  /** Whether no row can turn out to be wrong. */
  readonly isSound: boolean;
  readonly bytes: Uint8Array;
  readonly offsets: ArrayLike<number>;
  readonly isComplete: (row: number) => boolean;
  readonly hasVector: (row: number) => boolean;
  readonly partitions: PartitionColumn;
}

function plainType(data: Data): DataType {
  return DataType.isDictionary(data.type) ? data.type.dictionary : data.type;
}

const isText = (type: DataType): boolean => DataType.isUtf8(type);
const isInteger = (type: DataType): boolean => DataType.isInt(type);
const isTextMap = (type: DataType): boolean =>
  DataType.isMap(type) && type.children[0]!.type.children.every((field) => isText(field.type));

const TYPES: readonly (readonly [name: string, isType: (type: DataType) => boolean])[] = [
  ["path", isText],
  ["partitionValues", isTextMap],
  ["size", isInteger],
  ["modificationTime", isInteger],
  ["deletionTimestamp", isInteger],
  ["stats", isText],
  ["tags", isTextMap],
  ["deletionVector", (type) => DataType.isStruct(type)],
  ["baseRowId", isInteger],
  ["defaultRowCommitVersion", isInteger],
  ["clusteringProvider", isText],
];

/** The partition values of rows, told apart without decoding them. */
class PartitionColumn {
  private readonly data: Data | undefined;
  private readonly isThere: (row: number) => boolean;
  private readonly keys: Data | undefined;
  private readonly values: Data | undefined;
  private readonly hasValue: (entry: number) => boolean = () => false;
  private scratch = new Uint8Array(256);
  private end = 0;

  constructor(data: Data | undefined) {
    this.data = data;
    this.isThere = data ? validityOf(data) : () => false;
    if (!data) return;
    const [keys, values] = data.children[0]!.children.map((child) => plainValues(child));
    this.keys = keys;
    this.values = values;
    this.hasValue = validityOf(values!);
  }

  /** The number of a row's partition in a set. */
  idIn(set: FileSet<LoggedFile>, row: number): number {
    const from = this.isThere(row) ? this.data!.valueOffsets[row]! : 0;
    const to = this.isThere(row) ? this.data!.valueOffsets[row + 1]! : 0;
    this.end = 0;
    for (let entry = from; entry < to; entry++) {
      this.append(this.keys!, entry, KEY_END);
      if (this.hasValue(entry)) this.append(this.values!, entry, ENTRY_END);
    }
    return set.partitionId(this.scratch, 0, this.end, () => this.valuesAt(from, to));
  }

  private valuesAt(from: number, to: number): PartitionValues {
    if (to === from) return {};
    const key = columnReader(this.keys!);
    const value = columnReader(this.values!);
    return Object.fromEntries(
      Array.from({ length: to - from }, (_, k) => [key(from + k), value(from + k)]),
    ) as PartitionValues;
  }

  private append({ values, valueOffsets }: Data, at: number, end: number): void {
    const from = valueOffsets[at]!;
    const length = valueOffsets[at + 1]! - from;
    if (this.end + length + 1 > this.scratch.length) {
      const { scratch } = this;
      this.scratch = new Uint8Array(2 * (this.end + length + 1));
      this.scratch.set(scratch);
    }
    for (let i = 0; i < length; i++) this.scratch[this.end++] = (values as Uint8Array)[from + i]!;
    this.scratch[this.end++] = end;
  }
}
