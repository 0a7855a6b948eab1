import { type Row, type RowsOrBatches, sameType, type Table } from "@lakewright/core";
import { isLakeError, LakeError } from "../../errors.ts";
import {
  checkOptions,
  invalidOption,
  isFunction,
  isNames,
  isObject,
  isOneOf,
  isTexts,
  jobChecks,
  type OptionCheck,
} from "../../options.ts";
import { Mutex } from "../../store/parallel.ts";
import type { Store } from "../../store/store.ts";
import { createTable } from "../../table/create.ts";
import type { DeltaTable } from "../../table/delta-table.ts";
import { openTable } from "../../table/open.ts";
import type { LakeTable, Scan, ScanOptions } from "../../table/types.ts";
import { and, eq, gt, isNull, lte, or, type Where } from "../../where/expression.ts";
import { INGESTED_ON, IS_DELETED, type Shape, shapeOf, VALID_FROM, VALID_TO } from "./columns.ts";
import { microsOf } from "./time.ts";
import type {
  BronzeColumns,
  BronzeHistory,
  BronzeHistoryOptions,
  RecordOptions,
  RecordResult,
} from "./types.ts";

const isText: OptionCheck = (value) =>
  typeof value === "string" && value !== "" ? undefined : "a text that is not empty";
const isShare: OptionCheck = (value) =>
  typeof value === "number" && value >= 0 && value <= 1 ? undefined : "a number from 0 to 1";

/**
 * Opens the bronze history of a source table, and creates its Delta table where there is none: every version each record
 * has had (SCD2), with where it came from, partitioned by the day of ingestion.
 *
 * A version is valid from `_bronze_valid_from` to before `_bronze_valid_to`; of each key exactly one is open. A deleted
 * record gets a tombstone, a version with `_bronze_is_deleted`, which says what deleted it and ends if it comes back.
 * Columns other than the key are nullable: the tombstone of a record never seen has its key only.
 *
 * @throws LakeError LAKE_INVALID_OPTION; LAKE_SCHEMA_MISMATCH where the table that is there lacks a column or has it with
 * another type; the errors of `createTable` and `openTable`.
 */
export async function openBronzeHistory<T extends Table>(
  store: Store,
  table: T,
  options: BronzeHistoryOptions,
): Promise<BronzeHistory<T>> {
  checkOptions("openBronzeHistory", options, {
    key: isNames,
    source: isObject,
    changedAt: isText,
    deleted: isText,
    compare: isNames,
    properties: isTexts,
    clock: isFunction,
  });
  const { key, source } = options as Partial<BronzeHistoryOptions>;
  if (!key || !source)
    throw invalidOption(`openBronzeHistory: ${key ? "source" : "key"} is missing.`);
  checkOptions("openBronzeHistory: source", source, { system: isText, table: isText });
  if (!source.system || !source.table) {
    throw invalidOption("openBronzeHistory: source needs a system and a table.");
  }
  const shape = shapeOf(table, options);
  return new DeltaBronzeHistory<T>(await tableOf(store, shape, options), shape, source);
}

async function tableOf(
  store: Store,
  shape: Shape,
  { clock, properties }: BronzeHistoryOptions,
): Promise<LakeTable> {
  // Most are there: what it takes to make one is not worked out for them.
  const there =
    (await opened(store, clock)) ?? (await created(store, shape, { clock, properties }));
  for (const { name, column } of shape.bronze.fields) {
    const found = there.table.fields.find((field) => field.name === name)?.column;
    if (found && sameType(found.type, column.type)) continue;
    throw new LakeError(
      "LAKE_SCHEMA_MISMATCH",
      `The history in ${store.location} ${found ? "has another type for" : "has no"} column "${name}".`,
      {
        hint: found
          ? "Open it with the type it has, or change it by table.alter."
          : "Add the column by openTable(…).alter({ addColumns: … }), as a nullable one.",
        details: { location: store.location, column: name },
      },
    );
  }
  return there;
}

async function created(
  store: Store,
  shape: Shape,
  options: Pick<BronzeHistoryOptions, "clock" | "properties">,
): Promise<LakeTable> {
  try {
    return await createTable(store, shape.bronze, { partitionBy: [INGESTED_ON], ...options });
  } catch (error) {
    // Another was faster.
    if (isLakeError(error, "LAKE_TABLE_EXISTS")) return openTable(store, { clock: options.clock });
    throw error;
  }
}

async function opened(
  store: Store,
  clock: BronzeHistoryOptions["clock"],
): Promise<LakeTable | undefined> {
  try {
    return await openTable(store, { clock });
  } catch (error) {
    if (isLakeError(error, "LAKE_TABLE_NOT_FOUND")) return undefined;
    throw error;
  }
}

class DeltaBronzeHistory<T extends Table> implements BronzeHistory<T> {
  readonly table: LakeTable;
  private readonly shape: Shape;
  private readonly source: { readonly system: string; readonly table: string };
  /** Orders the loads of this object, which would contradict each other. */
  private readonly loads: Mutex = new Mutex();

  constructor(table: LakeTable, shape: Shape, source: BronzeHistoryOptions["source"]) {
    this.table = table;
    this.shape = shape;
    this.source = { system: source.system, table: source.table };
  }

  async record(rows: RowsOrBatches<T>, options: RecordOptions): Promise<RecordResult> {
    checkOptions("record", options, {
      ...jobChecks,
      mode: isOneOf("snapshot", "changes"),
      at: () => undefined,
      txn: isObject,
      fileName: isText,
      maxDeletedShare: isShare,
    });
    if ((options as Partial<RecordOptions>).mode === undefined) {
      throw invalidOption(
        "record: mode is missing.",
        'Say "snapshot" for an extract of all rows, "changes" for some of them.',
      );
    }
    const [{ recordLoad }, { loadEngine }] = await Promise.all([
      import("./record.ts"),
      import("../../where/engine.ts"),
    ]);
    await loadEngine();
    const { shape, source } = this;
    const target = this.table as DeltaTable;
    return this.loads.run(() =>
      recordLoad({ target, shape, source }, rows as RowsOrBatches, options),
    );
  }

  current(options: Omit<ScanOptions, "asOf"> = {}): Scan<Row<T> & BronzeColumns> {
    return this.scan(isNull(VALID_TO), options);
  }

  asOf(
    time: string | Date | bigint,
    options: Omit<ScanOptions, "asOf"> = {},
  ): Scan<Row<T> & BronzeColumns> {
    const at = microsOf("asOf: the time", time);
    const stands = and(lte(VALID_FROM, at), or(isNull(VALID_TO), gt(VALID_TO, at)));
    return this.scan(stands, options);
  }

  close(): Promise<void> {
    return this.table.close();
  }

  private scan(stands: Where, options: ScanOptions): Scan<Row<T> & BronzeColumns> {
    const terms = [stands, eq(IS_DELETED, false), ...(options.where ? [options.where] : [])];
    return this.table.scan({ ...options, where: and(...terms) } as ScanOptions) as Scan<
      Row<T> & BronzeColumns
    >;
  }
}
