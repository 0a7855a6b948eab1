import {
  batchOf,
  columnReader,
  type Field,
  showValue,
  type Table,
  tableFromFields,
  toArrowSchema,
} from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import type { Metadata, Protocol } from "../delta/log/actions.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { storageType } from "../delta/schema/schema.ts";
import type { LakeError } from "../errors.ts";
import { orderOf } from "../expression/comparison.ts";
import { Picked } from "../expression/picked.ts";
import { isNested, typeOfColumn } from "../expression/sql-type.ts";
import type { RowSet } from "../expression/types.ts";
import { fromData, toData, validBytes } from "../expression/vector.ts";
import { castColumn, nullColumn } from "../read/cast.ts";
import { IdentityCounter, movedMetadata } from "./identity.ts";
import type { LeftOut } from "./left-out.ts";
import { checkLengths } from "./lengths.ts";
import { type FilledColumn, tableRules, type TableRules } from "./table-rules.ts";
import { violation } from "./violation.ts";

/**
 * What is done to rows before they are written: columns left out are filled in, rules are checked. One for each write, as
 * identity columns count on from batch to batch.
 */
export class RowRules {
  readonly rules: TableRules;
  private readonly metadata: Metadata;
  private readonly table: Table;
  private readonly counters: readonly IdentityCounter[];
  /** Microseconds since 1970, the same for every row. */
  private readonly now: bigint;

  constructor(protocol: Protocol, metadata: Metadata, layout: Layout, nowMs: number) {
    this.rules = tableRules(protocol, metadata, layout);
    this.metadata = metadata;
    this.table = layout.table;
    this.counters = this.rules.identities.map((column) => new IdentityCounter(column));
    this.now = BigInt(Math.floor(nowMs)) * 1000n;
  }

  /** Columns that rows may leave out though they are not nullable, or get another value than null then. */
  get fills(): readonly string[] {
    const { generated, defaults, identities } = this.rules;
    return [...generated, ...defaults, ...identities].map(({ field }) => field.name);
  }

  /** The table as rows may come: columns that are filled in may be null. */
  get accepted(): Table {
    const fills = new Set(this.fills);
    if (fills.size === 0) return this.table;
    return tableFromFields(
      this.table.name,
      this.table.fields.map(({ name, column }) => ({
        name,
        column: fills.has(name) ? { ...column, nullable: true } : column,
      })),
    );
  }

  /** The metadata that goes with the rows, where identity columns have moved on. */
  get moved(): Metadata | undefined {
    return movedMetadata(this.metadata, this.counters);
  }

  /**
   * Fills in what was left out: defaults, the numbers of identity columns, then generated columns.
   *
   * @throws LakeError LAKE_CONSTRAINT_VIOLATED where a row brings a value it may not
   */
  complete(batch: RecordBatch, leftOut: LeftOut, firstRow = 0): RecordBatch {
    const { generated, defaults } = this.rules;
    let columns = batch.data.children;
    const set = (index: number, data: Data): void => {
      if (columns[index] === data) return;
      columns = columns.slice();
      columns[index] = data;
    };
    const made = (): RecordBatch => batchOf(toArrowSchema(this.table), batch.numRows, columns);
    for (const column of defaults) {
      const mask = leftOut.get(column.field.name);
      if (mask) set(column.index, this.filled(batch, column, mask));
    }
    for (const counter of this.counters) {
      const { index, field } = counter.column;
      const mask = leftOut.get(field.name);
      set(index, this.numbered(columns[index]!, counter, mask, batch.numRows, firstRow));
    }
    const before = made();
    for (const column of generated) {
      const mask = leftOut.get(column.field.name);
      if (mask) set(column.index, this.filled(before, column, mask));
    }
    return made();
  }

  /** Computes generated columns anew that are not among the columns set: of rows whose other columns have changed. */
  recompute(batch: RecordBatch, given: ReadonlySet<string>): RecordBatch {
    const leftOut = new Map(
      this.rules.generated
        .filter(({ field, value }) => {
          return !given.has(field.name) && value.columns.target.some((name) => given.has(name));
        })
        .map(({ field }) => [field.name, "all"] as const),
    );
    if (leftOut.size === 0) return batch;
    const columns = batch.data.children.slice();
    for (const column of this.rules.generated) {
      if (leftOut.has(column.field.name)) {
        columns[column.index] = this.filled(batch, column, "all");
      }
    }
    return batchOf(toArrowSchema(this.table), batch.numRows, columns);
  }

  /**
   * Checks complete rows, and pads or cuts texts of fixed length.
   *
   * @param firstRow - the number of the first row, for errors
   * @throws LakeError LAKE_CONSTRAINT_VIOLATED naming rule, row and values
   */
  check(batch: RecordBatch, firstRow: number): RecordBatch {
    const { checks, generated, lengths, voids } = this.rules;
    const rows: RowSet = { rows: batch.numRows, target: batch, now: this.now };
    this.checkNulls(batch, firstRow);
    for (const { index, field } of voids) {
      const data = batch.data.children[index]!;
      if (data.nullCount < data.length)
        throw this.breaks(batch, firstRow, firstValid(data), {
          rule: `the type of column "${field.name}"`,
          text: "void has no values",
          columns: [field.name],
        });
    }
    const fitted = checkLengths(batch, lengths, firstRow);
    for (const { kind, name, text, condition } of checks) {
      const truth = condition.truth(rows);
      const row = truth.findIndex((value) => value !== 1);
      if (row < 0) continue;
      throw this.breaks(batch, firstRow, row, {
        rule: `${kind} "${name}"`,
        text,
        columns: condition.columns.target,
      });
    }
    for (const column of generated) {
      if (!column.isTimed) this.checkGenerated(rows, batch, column, firstRow);
    }
    return fitted;
  }

  private checkNulls(batch: RecordBatch, firstRow: number): void {
    for (const name of this.fills) {
      const index = this.table.fields.findIndex((field) => field.name === name);
      const data = batch.data.children[index]!;
      if (this.table.fields[index]!.column.nullable || data.nullCount === 0) continue;
      const row = validBytes(data)!.indexOf(0);
      throw this.breaks(batch, firstRow, row, {
        rule: `column "${name}"`,
        text: `${name} IS NOT NULL`,
        columns: [name],
      });
    }
  }

  private checkGenerated(
    rows: RowSet,
    batch: RecordBatch,
    { index, field, text, value }: FilledColumn,
    firstRow: number,
  ): void {
    const type = typeOfColumn(field.column.type);
    const expected = value.evaluate(rows);
    const given = batch.data.children[index]!;
    if (expected === given) return;
    const [a, b] = [fromData(expected, type), fromData(given, type)];
    const order = orderOf(type);
    for (let i = 0; i < batch.numRows; i++) {
      const [left, right] = [!a.valid || a.valid[i] === 1, !b.valid || b.valid[i] === 1];
      if (left ? right && order(a.values[i]!, b.values[i]!) === 0 : !right) continue;
      throw this.breaks(batch, firstRow, i, {
        rule: `generated column "${field.name}"`,
        text: `${field.name} = ${text}, which is ${showValue(columnReader(expected)(i))}`,
        columns: [field.name, ...value.columns.target],
      });
    }
  }

  private filled(batch: RecordBatch, column: FilledColumn, mask: "all" | Uint8Array): Data {
    const { field, index, value } = column;
    const rows = batch.numRows;
    const filled = value.evaluate({ rows, target: batch, now: this.now });
    return mask === "all" ? filled : merged(field, batch.data.children[index]!, filled, mask);
  }

  private numbered(
    given: Data,
    counter: IdentityCounter,
    mask: "all" | Uint8Array | undefined,
    rows: number,
    firstRow: number,
  ): Data {
    const { field, explicit } = counter.column;
    const type = typeOfColumn(field.column.type);
    const { values, valid } = fromData(given, type);
    const numbers = new BigInt64Array(rows);
    let fresh = 0;
    for (let i = 0; i < rows; i++) {
      const missing = mask === "all" || mask?.[i] === 1 || (valid && valid[i] !== 1);
      if (missing) {
        numbers[i] = counter.next();
        fresh++;
        continue;
      }
      numbers[i] = values[i] as bigint;
      if (explicit) continue;
      throw violation({
        rule: `identity column "${field.name}"`,
        text: "its values are always generated",
        row: firstRow + i,
        values: { [field.name]: numbers[i] },
        hint: "Leave the column out.",
      });
    }
    if (fresh === 0) return given;
    return toData({ type, values: numbers, valid: undefined, step: 1 }, field.column.type, rows);
  }

  private breaks(
    batch: RecordBatch,
    firstRow: number,
    row: number,
    { rule, text, columns }: { rule: string; text: string; columns: readonly string[] },
  ): LakeError {
    const values = Object.fromEntries(
      [...new Set(columns)].map((name) => {
        const index = this.table.fields.findIndex((field) => field.name === name);
        return [name, columnReader(batch.data.children[index]!)(row)];
      }),
    );
    return violation({ rule, text, row: firstRow + row, values });
  }
}

function firstValid(data: Data): number {
  return Math.max(validBytes(data)?.indexOf(1) ?? 0, 0);
}

/** Given values, with others where the mask says so. */
function merged({ name, column }: Field, given: Data, filled: Data, mask: Uint8Array): Data {
  const type = typeOfColumn(column.type);
  if (isNested(type)) {
    // Only NULL can be a default here, and that is what a value left out is already.
    return given;
  }
  const rows = given.length;
  const picked = new Picked(type, rows);
  picked.take(fromData(filled, type), mask);
  picked.take(
    fromData(given, type),
    mask.map((bit) => 1 - bit),
  );
  const stored = storageType(column.type);
  const vector = picked.vector();
  if (vector.valid && !vector.valid.includes(1)) return nullColumn(column.type, rows);
  return castColumn(toData(vector, stored, rows), { ...column, nullable: true }, name);
}
