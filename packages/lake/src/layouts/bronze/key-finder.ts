import { columnOf, plainValues, type Table } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { keyBound } from "../../merge/key-bounds.ts";
import { type KeyIndex, keyIndexOf } from "../../merge/key-index.ts";
import { combinedKeys, targetKeys } from "../../merge/key-values.ts";
import { columnData } from "../../merge/row-set.ts";
import type { Bound } from "../../where/bind.ts";

/** Numbers the distinct keys of a load, and finds them in the rows of the table. */
export class KeyFinder {
  /** By row of the load. */
  readonly ids: Int32Array;
  readonly size: number;
  /** What rows of the table must meet to have one of the keys, as far as statistics tell. */
  readonly bound: Bound;
  private readonly columns: readonly {
    readonly index: KeyIndex;
    readonly keysOf: (batch: RecordBatch) => ReturnType<typeof targetKeys>;
  }[];
  private readonly combined: readonly KeyIndex[];

  constructor(table: Table, batch: RecordBatch, names: readonly string[]) {
    this.columns = names.map((name) => {
      const { type } = columnOf(table, name);
      const keysOf = (from: RecordBatch): ReturnType<typeof targetKeys> =>
        targetKeys(type, plainValues(columnData(from, name)));
      return { keysOf, index: keyIndexOf(keysOf(batch)) };
    });
    this.bound = {
      op: "and",
      terms: names.map((name, k) => {
        const { keysOf, index } = this.columns[k]!;
        return keyBound(name, columnOf(table, name).type, keysOf(batch), index);
      }),
    };
    const [head, ...more] = this.columns;
    let { ids, size } = head!.index;
    this.combined = more.map(({ index }) => {
      const combined = keyIndexOf(combinedKeys([ids, index.ids]));
      ({ ids, size } = combined);
      return combined;
    });
    this.ids = ids;
    this.size = size;
  }

  /** The number of each row's key; -1 where the load does not have it. */
  find(batch: RecordBatch): Int32Array {
    const [head, ...more] = this.columns;
    let ids = head!.index.find(head!.keysOf(batch));
    for (const [k, { index, keysOf }] of more.entries()) {
      ids = this.combined[k]!.find(combinedKeys([ids, index.find(keysOf(batch))]));
    }
    return ids;
  }
}
