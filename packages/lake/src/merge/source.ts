import {
  assertBatch,
  conformBatch,
  fromArrowSchema,
  ipcBatches,
  type JobOptions,
  looksLikeBatch,
  type RowInput,
  sameType,
  showValue,
  type Table,
  tableFromFields,
  toBatch,
  toBatches,
  untilAborted,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { LakeError } from "../errors.ts";
import { invalidOption } from "../options.ts";
import type { MergeSource } from "../table/types.ts";
import { concatBatches } from "../where/concat.ts";

/** The rows to merge, all of them, as one batch. */
export interface Source {
  readonly table: Table;
  readonly batch: RecordBatch;
  /** Of columns that the table fills in, the rows (1) that leave them out; batches say it by the columns they have. */
  readonly leftOut: ReadonlyMap<string, Uint8Array>;
}

/**
 * Reads the source once, to its end. Rows are those of the table; batches bring columns of their own, the same in each.
 *
 * @throws CoreError for a row or batch that cannot be taken; LakeError LAKE_SCHEMA_MISMATCH where batches differ; what the
 * source throws.
 */
export async function readSource(
  table: Table,
  given: MergeSource<Table>,
  { signal }: JobOptions,
  fills: readonly string[] = [],
): Promise<Source> {
  const batches: RecordBatch[] = [];
  const missing = new Map(fills.map((name) => [name, [] as number[]]));
  let own: Table | undefined;
  let rowsGiven = false;
  /** The rows of the source; batches are put aside. */
  const rows = async function* (): AsyncGenerator<RowInput<Table>> {
    for await (const item of untilAborted(itemsOf(table, given), signal)) {
      signal?.throwIfAborted();
      const isBatch = looksLikeBatch(item);
      if (isBatch ? rowsGiven : own) {
        throw invalidOption("merge: the source has rows and batches.", "Give all in one form.");
      }
      if (isBatch) {
        assertBatch(item);
        own = sourceTable(item, own);
        batches.push(conformBatch(own, item));
      } else {
        rowsGiven = true;
        const row = item as Readonly<Record<string, unknown>> | null;
        for (const [name, bits] of missing) bits.push(Number(row?.[name] === undefined));
        yield item;
      }
    }
    signal?.throwIfAborted();
  };
  for await (const batch of toBatches(table, rows(), { dictionaries: true })) batches.push(batch);
  const [first, ...more] = batches;
  return {
    table: own ?? table,
    batch: first ? concatBatches([first, ...more]) : toBatch(table, []),
    leftOut: new Map(
      [...missing].flatMap(([name, bits]) =>
        bits.includes(1) ? [[name, Uint8Array.from(bits)] as const] : [],
      ),
    ),
  };
}

type Item = RowInput<Table> | RecordBatch;

function itemsOf(table: Table, given: MergeSource<Table>): Iterable<Item> | AsyncIterable<Item> {
  if (given instanceof Uint8Array) return ipcBatches(given);
  if (looksLikeBatch(given)) return [given];
  if (
    typeof given === "object" &&
    (given as unknown) !== null &&
    (Symbol.iterator in given || Symbol.asyncIterator in given)
  ) {
    return given as Iterable<Item> | AsyncIterable<Item>;
  }
  throw invalidOption(
    `merge: the source is ${showValue(given)}, which is nothing to take rows from.`,
    `Give rows of table "${table.name}" or Arrow batches, in an array or another iterable.`,
  );
}

/** The columns of a batch, which those of the batches before must be. */
function sourceTable(batch: RecordBatch, before: Table | undefined): Table {
  const seen = new Set<string>();
  for (const { name } of batch.schema.fields) {
    if (seen.has(name)) {
      throw new LakeError("LAKE_SCHEMA_MISMATCH", `merge: the source has two columns "${name}".`, {
        hint: "Rename one of them.",
        details: { column: name },
      });
    }
    seen.add(name);
  }
  const { fields } = fromArrowSchema("source", batch.schema);
  if (!before) {
    return tableFromFields(
      "source",
      fields.map(({ name, column }) => ({ name, column: { ...column, nullable: true } })),
    );
  }
  const other = before.fields.find((field) => {
    const same = fields.find(({ name }) => name === field.name);
    return same && !sameType(same.column.type, field.column.type);
  });
  if (other) {
    throw new LakeError(
      "LAKE_SCHEMA_MISMATCH",
      `merge: column "${other.name}" of the source has another type in a later batch.`,
      { hint: "Give batches of one schema.", details: { column: other.name } },
    );
  }
  return before;
}
