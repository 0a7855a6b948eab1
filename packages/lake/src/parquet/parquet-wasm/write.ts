import {
  assertBatch,
  conformBatch,
  type RowInput,
  type Table,
  toArrowSchema,
  toBatch,
  toRows,
} from "@lakewright/core";
import {
  type Data,
  DataType,
  type RecordBatch,
  RecordBatchStreamWriter,
  type Schema,
} from "apache-arrow";
import { LakeError } from "../../errors.ts";
import { compareText } from "../../where/text-order.ts";
import { heldBytes } from "../encode/held-bytes.ts";
import { decodeFooter } from "../format/footer-reader.ts";
import { rowGroupInfos } from "../row-group-info.ts";
import { checkColumns } from "../schema/check-batch.ts";
import { readSchemaOf } from "../schema/read-tree.ts";
import type {
  ColumnStatistics,
  ParquetCodec,
  ParquetSummary,
  ParquetWriteOptions,
  ParquetWriter,
} from "../types.ts";
import type { ParquetWasmModule } from "./codec.ts";

const DEFAULT_ROW_GROUP_ROWS = 131_072;
const FIRST_GUESS = 0.5;
/** Length of the footer and the magic number, at the end of a file. */
const TAIL = 8;

/** Collects batches as one Arrow stream; arrow-rs encodes them when the file is finished. */
export class WasmWriter implements ParquetWriter {
  rows = 0;
  private readonly wasm: ParquetWasmModule;
  private readonly table: Table;
  private readonly options: ParquetWriteOptions;
  private readonly schema: Schema;
  private readonly stream = new RecordBatchStreamWriter();
  private readonly dictionaries = new Set<unknown>();
  private held = 0;
  private finished = false;

  constructor(wasm: ParquetWasmModule, table: Table, options: ParquetWriteOptions) {
    if (options.fieldIds && options.fieldIds.size > 0) {
      throw new LakeError("LAKE_INVALID_OPTION", "parquet-wasm writes no field ids.", {
        hint: "Column mapping needs parquetWriter of @lakewright/lake/parquet.",
      });
    }
    if (options.encryption || options.bloomFilters) {
      throw new LakeError(
        "LAKE_INVALID_OPTION",
        "parquet-wasm writes no Bloom filters and encrypts nothing.",
        {
          hint: "Use parquetWriter of @lakewright/lake/parquet.",
        },
      );
    }
    this.wasm = wasm;
    this.table = table;
    this.options = options;
    this.schema = toArrowSchema(table);
    this.stream.reset(undefined, this.schema);
  }

  get estimatedBytes(): number {
    return Math.ceil(this.held * FIRST_GUESS);
  }

  write(batch: RecordBatch): readonly Uint8Array[] {
    this.assertOpen();
    assertBatch(batch);
    checkColumns(this.table, batch);
    // A stream ends by itself at a batch of another schema, be it text as a dictionary.
    const plain = hasDictionary(batch.data)
      ? toBatch(this.table, toRows(batch) as RowInput<Table>[])
      : conformBatch(this.table, batch);
    if (batch.numRows > 0) this.stream.write(plain);
    this.held += heldBytes(batch.data, this.dictionaries);
    this.rows += batch.numRows;
    return [];
  }

  finish(): { readonly chunks: readonly Uint8Array[]; readonly summary: ParquetSummary } {
    this.assertOpen();
    this.finished = true;
    this.stream.finish();
    const bytes = this.encode(this.stream.toUint8Array(true));
    return { chunks: [bytes], summary: summaryOf(bytes) };
  }

  private encode(ipc: Uint8Array): Uint8Array {
    const { codec = "snappy", rowGroupRows = DEFAULT_ROW_GROUP_ROWS, metadata = {} } = this.options;
    const { Table, writeParquet, WriterPropertiesBuilder } = this.wasm;
    const properties = new WriterPropertiesBuilder()
      .setCompression(this.compression(codec))
      .setMaxRowGroupSize(rowGroupRows)
      .setKeyValueMetadata(new Map(Object.entries(metadata)))
      .build();
    return writeParquet(Table.fromIPCStream(ipc), properties);
  }

  private compression(codec: ParquetCodec): number {
    const { Compression } = this.wasm;
    switch (codec) {
      case "none":
        return Compression.UNCOMPRESSED;
      case "snappy":
        return Compression.SNAPPY;
      case "gzip":
        return Compression.GZIP;
      case "zstd":
        return Compression.ZSTD;
    }
  }

  private assertOpen(): void {
    if (this.finished)
      throw new TypeError("This Parquet writer has finished its file: make another.");
  }
}

function hasDictionary(data: Data): boolean {
  return DataType.isDictionary(data.type) || data.children.some(hasDictionary);
}

/** What the footer says of the whole file. Bounds of long texts are cut, as arrow-rs cuts them. */
function summaryOf(bytes: Uint8Array): ParquetSummary {
  const end = bytes.length - TAIL;
  const footerBytes = new DataView(bytes.buffer, bytes.byteOffset + end, TAIL).getUint32(0, true);
  const footer = decodeFooter(bytes.subarray(end - footerBytes, end));
  const leaves = readSchemaOf(footer.schema).leaves;
  const groups = rowGroupInfos(footer, leaves);
  const columns = leaves.map((leaf): ColumnStatistics => {
    const { path } = leaf;
    let nullCount = 0;
    let bounds: Bounds | undefined;
    let known = true;
    groups.forEach((group, k) => {
      const found = group.columns.find((column) => column.path === path);
      nullCount += found?.nullCount ?? 0;
      if (found?.min !== undefined && found.max !== undefined) {
        bounds = widened(bounds, { min: found.min, max: found.max });
      } else if (found?.nullCount !== footer.rowGroups[k]!.chunks[leaf.index]!.values) {
        known = false;
      }
    });
    return { path, nullCount, ...(known && bounds) };
  });
  return { rows: footer.rows, bytes: bytes.length, columns };
}

interface Bounds {
  readonly min: Value;
  readonly max: Value;
}
type Value = number | bigint | string;

function widened(a: Bounds | undefined, b: Bounds): Bounds {
  if (!a) return b;
  return {
    min: isBelow(b.min, a.min) ? b.min : a.min,
    max: isBelow(a.max, b.max) ? b.max : a.max,
  };
}

function isBelow(a: Value, b: Value): boolean {
  if (typeof a === "string" || typeof b === "string")
    return compareText(a as string, b as string) < 0;
  return a < b;
}
