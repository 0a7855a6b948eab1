import {
  batchOf,
  columnOf,
  type Field,
  nullable,
  selectColumns,
  selectRows,
  type Table,
  tableFromFields,
  toArrowSchema,
  utf8,
} from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import {
  checkOptions,
  invalidOption,
  isCondition,
  isFunction,
  isNames,
  isObject,
  isPositiveInteger,
  jobChecks,
} from "../../options.ts";
import { scanOf } from "../../read/scan.ts";
import type { LakeTable, Scan, ScanOptions } from "../../table/types.ts";
import { bindWhere, columnsOfWhere } from "../../where/bind.ts";
import { loadEngine, needsEngine } from "../../where/engine.ts";
import { matchingRows } from "../../where/evaluate.ts";
import { and } from "../../where/expression.ts";
import { type Masker, maskerOf } from "./masks.ts";
import type { Mask, MaskedScanOptions, MaskedView, MaskedViewOptions } from "./types.ts";

const LEAST_KEY_BYTES = 16;

/**
 * Shows a table with columns masked and rows and columns left out. It is a boundary for code that is given the view
 * instead of the table; who can read the store can read the files: keep them encrypted, or out of reach.
 *
 * @throws LakeError LAKE_INVALID_OPTION for a mask that does not go with its column, or a key that is missing or short;
 * CoreError CORE_SCHEMA_MISMATCH for a column the table does not have.
 */
export function maskedView(table: LakeTable, options: MaskedViewOptions): MaskedView {
  checkOptions("maskedView", options, {
    columns: isObject,
    rows: isCondition,
    only: isNames,
    key: (value) =>
      value instanceof Uint8Array && value.length >= LEAST_KEY_BYTES
        ? undefined
        : `a Uint8Array of at least ${LEAST_KEY_BYTES} bytes`,
    onRead: isFunction,
  });
  const { columns = {}, only = table.table.fields.map(({ name }) => name), key } = options;
  const masks = new Map<string, Mask>();
  for (const [name, mask] of Object.entries(columns)) {
    checkMask(table.table, name, mask);
    if (mask === "hash" && !key) {
      throw invalidOption(
        `maskedView: "${name}" is to be hashed, and there is no key.`,
        "Give a secret of 32 random bytes: without one, values could be found by trying.",
      );
    }
    masks.set(name, mask);
  }
  if (only.length === 0) throw invalidOption("maskedView: only names no column.");
  const shown = selectColumns(table.table, only);
  const asShown = ({ name, column }: Field): Field => ({
    name,
    column: masks.has(name) ? nullable(utf8()) : column,
  });
  const maskers = new Map(Array.from(masks, ([name, mask]) => [name, maskerOf(mask, key)]));
  const view = tableFromFields(shown.name, shown.fields.map(asShown));
  return new TableView(table, view, maskers, options);
}

function checkMask(table: Table, name: string, mask: unknown): void {
  const { type } = columnOf(table, name);
  if (mask === "hash" || mask === "null" || mask === "redact" || typeof mask === "function") return;
  const { keepLast } = (mask ?? {}) as { readonly keepLast?: unknown };
  if (!Number.isSafeInteger(keepLast) || (keepLast as number) < 0) {
    throw invalidOption(
      `maskedView: the mask of "${name}" is none.`,
      'Masks are "hash", "null", "redact", { keepLast: 4 } and functions.',
    );
  }
  if (type.kind === "utf8" || type.kind === "oneOf") return;
  throw invalidOption(`maskedView: keepLast is for text, and "${name}" is a ${type.kind}.`);
}

/** The table is in a private field: it cannot be reached from the view, nor printed with it. */
class TableView implements MaskedView {
  readonly table: Table;
  readonly #source: LakeTable;
  readonly #maskers: ReadonlyMap<string, Masker>;
  readonly #options: MaskedViewOptions;

  constructor(
    source: LakeTable,
    view: Table,
    maskers: ReadonlyMap<string, Masker>,
    options: MaskedViewOptions,
  ) {
    this.#source = source;
    this.table = view;
    this.#maskers = maskers;
    this.#options = options;
  }

  scan(options: MaskedScanOptions = {}): Scan {
    checkOptions("scan of a masked view", options, {
      columns: isNames,
      where: isCondition,
      batchRows: isPositiveInteger,
      signal: jobChecks.signal,
    });
    const columns = options.columns ?? this.table.fields.map(({ name }) => name);
    for (const name of columns) columnOf(this.table, name);
    if (!needsEngine(options.where)) this.assertAllowed(options);
    return scanOf((metrics) => this.read({ ...options, columns }, metrics));
  }

  async refresh(): Promise<void> {
    await this.#source.refresh();
  }

  private async *read(
    options: MaskedScanOptions & { readonly columns: readonly string[] },
    metrics: Parameters<Parameters<typeof scanOf>[0]>[0],
  ): AsyncGenerator<RecordBatch> {
    const { columns, where } = options;
    if (needsEngine(where)) await loadEngine();
    this.assertAllowed(options);
    const source = this.#source;
    const { rows, onRead } = this.#options;
    const maskers = this.#maskers;
    await onRead?.({
      location: source.location,
      version: source.version,
      columns,
      masked: columns.filter((name) => maskers.has(name)),
      where,
    });
    // An expression may fail on a value and tell it: it sees only rows that are shown.
    const late = rows && needsEngine(where) ? where : undefined;
    const looked = late ? columnsOfWhere(source.table, late) : [];
    const read = [...new Set([...columns, ...looked])];
    const bound = late && bindWhere(selectColumns(source.table, read), late);
    const terms = [...(rows ? [rows] : []), ...(where && !late ? [where] : [])];
    const request: ScanOptions = {
      ...options,
      columns: read,
      where: terms.length > 0 ? and(...terms) : undefined,
    };
    const schema = toArrowSchema(selectColumns(this.table, columns));
    const scan = source.scan(request);
    for await (const found of scan) {
      const { filesRead, rowGroupsRead } = scan.metrics;
      // What pruning left out would tell of values: only what was read is told.
      Object.assign(metrics, { filesRead, rowGroupsRead });
      const batch = bound ? selectRows(found, matchingRows(bound, found)) : found;
      if (batch.numRows === 0) continue;
      const shown: Data[] = [];
      for (const [k, name] of columns.entries()) {
        const data = batch.data.children[k]!;
        const masker = maskers.get(name);
        shown.push(masker ? await masker(data, columnOf(source.table, name).type) : data);
      }
      yield batchOf(schema, batch.numRows, shown);
    }
  }

  /** Refuses a condition on what is hidden: its answer would tell it. */
  private assertAllowed({ where }: MaskedScanOptions): void {
    if (!where) return;
    for (const name of columnsOfWhere(this.#source.table, where)) {
      columnOf(this.table, name);
      if (!this.#maskers.has(name)) continue;
      throw invalidOption(
        `scan: "${name}" is masked, and a condition on it would tell what it hides.`,
        "Filter by columns that are shown as they are.",
      );
    }
  }
}
