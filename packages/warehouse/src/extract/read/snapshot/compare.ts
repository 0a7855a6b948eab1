import { batchBuilder, parseJson, readColumn, type Table, toRows } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { WarehouseError } from "../../../errors.ts";
import { invalid } from "../../../options.ts";
import { type Body, bodyOf } from "../../state/body.ts";
import type { FullCompareStrategy } from "../../strategy.ts";
import { type Counts, noCounts, type ReadContext, type Reading } from "../reading.ts";
import { changesTable, DELETED, fieldOf } from "../rows/columns.ts";
import { fingerprints } from "../rows/fingerprint.ts";
import { textOfValue, valueOfText } from "../rows/value-text.ts";
import { allRows, assertNotShrunk } from "./full.ts";

const DEFAULT_DELETED_SHARE = 0.5;
/** Keys of a batch of deletions. */
const BATCH = 65_536;

/** Reads all rows and delivers those whose fingerprint is not the one delivered last, and the keys that are gone. */
export class CompareReading implements Reading {
  readonly mode: "changes" | "snapshot";
  readonly from = undefined;
  readonly to = undefined;
  readonly cursorWentBack = false;
  readonly isComplete = true;
  readonly part = "";
  readonly counts: Counts = noCounts();
  readonly table: Table;
  private readonly context: ReadContext;
  private readonly before: Body;
  private readonly key: readonly string[];
  private readonly maxDeletedShare: number;
  private readonly now = new Map<string, string>();

  constructor(context: ReadContext, strategy: FullCompareStrategy) {
    const { source, name, record } = context;
    this.context = context;
    this.before = bodyOf(name, record, "fullCompare");
    this.key = strategy.key ?? source.primaryKey ?? [];
    this.maxDeletedShare = strategy.maxDeletedShare ?? DEFAULT_DELETED_SHARE;
    if (this.key.length === 0) {
      throw invalid(
        `fullCompare of "${source.table.name}" needs a key, and the table has none.`,
        'Give fullCompare({ key }), or compare: "target".',
      );
    }
    for (const column of this.key) fieldOf(source, "key", column);
    // What an attempt wrote whose end is not known cannot be compared with: the target gets all there is.
    this.mode = this.before.range ? "snapshot" : "changes";
    this.table = this.before.range ? source.table : changesTable(source.table, this.key);
  }

  async *batches(): AsyncGenerator<RecordBatch> {
    const { counts, now } = this;
    const before = new Map(this.before.keys);
    const builder = batchBuilder(this.table);
    for await (const batch of allRows(this.context, counts)) {
      const hashes = fingerprints(batch);
      const keys = this.keysOf(batch);
      const changed: number[] = [];
      for (let row = 0; row < batch.numRows; row++) {
        const key = keys(row);
        if (now.has(key)) throw this.twice(key);
        const hash = hashes[row]!;
        now.set(key, hash);
        const known = before.get(key);
        before.delete(key);
        if (known === hash) counts.repeated++;
        else changed.push(row);
        if (known === undefined) counts.inserted++;
        else if (known !== hash) counts.updated++;
      }
      if (this.mode === "snapshot") {
        counts.delivered += batch.numRows;
        yield batch;
        continue;
      }
      if (changed.length === 0) continue;
      counts.delivered += changed.length;
      const rows = toRows(batch, this.context.source.table);
      yield builder.build(changed.map((row) => ({ ...rows[row], [DELETED]: false })));
    }
    const gone = [...before.keys()];
    assertNotShrunk(
      this.context,
      this.before.keys?.length,
      now.size,
      this.maxDeletedShare,
      gone.length,
    );
    counts.deleted = gone.length;
    if (this.mode === "snapshot") return;
    counts.delivered += gone.length;
    for (let from = 0; from < gone.length; from += BATCH) {
      yield builder.build(gone.slice(from, from + BATCH).map((key) => this.goneRow(key)));
    }
  }

  intent(): Body | undefined {
    return this.before.range ? undefined : { ...this.before, range: { to: undefined } };
  }

  after(applied: boolean): Body {
    // What an earlier attempt had written is not known: all of it is compared again with what was known before it.
    return applied ? { strategy: "fullCompare", keys: [...this.now] } : this.before;
  }

  private keysOf(batch: RecordBatch): (row: number) => string {
    const columns = this.key.map((name) => {
      const { type } = fieldOf(this.context.source, "key", name).column;
      const read = readColumn(batch, name);
      return (row: number): string | null => {
        const value = read(row);
        return value === null ? null : textOfValue(type, value);
      };
    });
    return (row) => JSON.stringify(columns.map((column) => column(row)));
  }

  private goneRow(key: string): Record<string, unknown> {
    const values = parseJson(key) as readonly (string | null)[];
    const columns = this.key.map((name, k) => {
      const text = values[k] ?? null;
      const { type } = fieldOf(this.context.source, "key", name).column;
      return [name, text === null ? null : valueOfText(type, text)] as const;
    });
    return { ...Object.fromEntries(columns), [DELETED]: true };
  }

  private twice(key: string): WarehouseError {
    const { table } = this.context.source;
    return new WarehouseError(
      "WAREHOUSE_DUPLICATE_KEY",
      `Two rows of "${table.name}" have the key ${key}.`,
      {
        hint: `Give fullCompare columns that tell rows apart; ${this.key.join(", ")} do not.`,
        details: { table: table.name, key },
      },
    );
  }
}
