import { type Data, DataType, type RecordBatch } from "apache-arrow";
import type { Bound } from "../where/bind.ts";
import { keyBound } from "./key-bounds.ts";
import { type KeyIndex, keyIndexOf } from "./key-index.ts";
import { combinedKeys, sourceKeys, targetKeys } from "./key-values.ts";
import type { KeyPair, KeySide } from "./on.ts";

/** Rows of the table beside the source rows whose keys they have. */
export interface Pairs {
  readonly target: Int32Array;
  readonly source: Int32Array;
}

/** Pairs that are looked at together. */
const MOST_PAIRS = 65_536;

/** The source rows by their keys; without any key all of them go together. */
export class SourceIndex {
  /** What a file of the table must meet to have a row with one of the keys. */
  readonly bound: Bound | undefined;
  private readonly columns: readonly KeyMatcher[];
  /** The second and later columns, each together with those before it. */
  private readonly combined: readonly KeyIndex[];
  /** By key: its first source row; by source row: the next with its key. -1 ends. */
  private readonly first: Int32Array;
  private readonly next: Int32Array;
  private readonly room: Pairs = {
    target: new Int32Array(MOST_PAIRS),
    source: new Int32Array(MOST_PAIRS),
  };

  constructor(batch: RecordBatch, pairs: readonly KeyPair[]) {
    const keys = pairs.map(({ source, target }) =>
      sourceKeys(source.type, source.valuesOf(batch), target.type, {
        source: source.name,
        target: target.name,
      }),
    );
    this.columns = pairs.map(({ target }, k) => new KeyMatcher(target, keyIndexOf(keys[k]!)));
    const rows = batch.numRows;
    const [head, ...more] = this.columns;
    let ids = head?.index.ids ?? new Int32Array(rows);
    let size = head?.index.size ?? Math.min(rows, 1);
    this.combined = more.map(({ index }) => {
      const combined = keyIndexOf(combinedKeys([ids, index.ids]));
      ({ ids, size } = combined);
      return combined;
    });
    this.first = new Int32Array(size).fill(-1);
    this.next = new Int32Array(rows).fill(-1);
    for (let row = rows - 1; row >= 0; row--) {
      const id = ids[row]!;
      if (id < 0) continue;
      this.next[row] = this.first[id]!;
      this.first[id] = row;
    }
    const bounds = pairs.flatMap(({ target: { isColumn, name, type } }, k): Bound[] =>
      isColumn ? [keyBound(name, type, keys[k]!, this.columns[k]!.index)] : [],
    );
    this.bound = bounds.length > 0 ? { op: "and", terms: bounds } : undefined;
  }

  /** All pairs of rows of a batch of the table and source rows with their keys, some at a time: the arrays are used again. */
  *pairs(batch: RecordBatch): Generator<Pairs> {
    const { first, next } = this;
    if (first.length === 0) return;
    const ids = this.find(batch);
    const { target, source } = this.room;
    let count = 0;
    for (let row = 0; row < ids.length; row++) {
      if (ids[row]! < 0) continue;
      for (let other = first[ids[row]!]!; other >= 0; other = next[other]!) {
        target[count] = row;
        source[count++] = other;
        if (count < MOST_PAIRS) continue;
        yield { target, source };
        count = 0;
      }
    }
    if (count > 0) yield { target: target.subarray(0, count), source: source.subarray(0, count) };
  }

  private find(batch: RecordBatch): Int32Array {
    const [head, ...more] = this.columns;
    if (!head) return new Int32Array(batch.numRows);
    let ids = head.find(batch);
    for (const [k, column] of more.entries()) {
      ids = this.combined[k]!.find(combinedKeys([ids, column.find(batch)]));
    }
    return ids;
  }
}

/** Finds the keys of one side of the table. */
class KeyMatcher {
  readonly index: KeyIndex;
  private readonly side: KeySide;

  constructor(side: KeySide, index: KeyIndex) {
    this.side = side;
    this.index = index;
  }

  find(batch: RecordBatch): Int32Array {
    return this.findIn(this.side.valuesOf(batch));
  }

  private findIn(data: Data): Int32Array {
    if (!DataType.isDictionary(data.type)) return this.index.find(targetKeys(this.side.type, data));
    const entries = data.dictionary!.data.map((chunk) => this.findIn(chunk));
    const ofCode = Int32Array.from(entries.flatMap((ids) => [...ids]));
    const codes = data.values as ArrayLike<number | bigint>;
    const ids = new Int32Array(data.length).fill(-1);
    for (let row = 0; row < ids.length; row++) {
      if (data.nullCount === 0 || data.getValid(row)) ids[row] = ofCode[Number(codes[row])]!;
    }
    return ids;
  }
}
