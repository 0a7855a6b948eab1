import { showValue, type Table, tableFromFields, toArrowSchema } from "@lakewright/core";
import { type RecordBatch, Schema } from "apache-arrow";
import { LakeError } from "../errors.ts";
import { within } from "../read/positions.ts";
import { chunkRange } from "./chunk-range.ts";
import { readFooter } from "./footer-access.ts";
import type { FileDecryptor, ParquetEncryption } from "./encryption/types.ts";
import type { ChunkMetadata, FileMetadata, RowGroupMetadata } from "./format/footer.ts";
import { type GroupPlan, GroupReader, type StartedGroup } from "./group-reader.ts";
import { Malformed, placed, unsupported } from "./format/malformed.ts";
import { rowGroupInfos } from "./row-group-info.ts";
import { chosenColumns } from "./schema/choose.ts";
import {
  leavesOf,
  type ReadLeaf,
  type ReadNode,
  type ReadSchema,
  readSchemaOf,
} from "./schema/read-tree.ts";
import type { ParquetFile, ParquetReadOptions, RandomAccess, RowGroupInfo } from "./types.ts";

const DEFAULT_BATCH_ROWS = 65_536;

export interface OpenParquetOptions {
  /** What the file is called in errors: its path. */
  readonly name?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The keys of an encrypted file: `parquetEncryption` of `@lakewright/lake/encryption`. */
  readonly encryption?: ParquetEncryption | undefined;
}

/**
 * Opens a Parquet file: reads its footer, and nothing else yet.
 *
 * Every encoding of the format is read, data pages v1 and v2, and all codecs but LZO; nanoseconds and INT96 as
 * microseconds where that loses nothing.
 *
 * @throws LakeError LAKE_CORRUPT_PARQUET for bytes that are no Parquet, LAKE_ENCRYPTED for an encrypted footer without
 * keys; a column without its key fails when it is read.
 */
export async function openParquet(
  access: RandomAccess,
  options: OpenParquetOptions = {},
): Promise<ParquetFile> {
  const name = options.name === undefined ? "the Parquet file" : `the Parquet file ${options.name}`;
  options.signal?.throwIfAborted();
  try {
    const decryptor = await readFooter(access, options.encryption ?? access.encryption);
    return new OpenFile(access, decryptor, readSchemaOf(decryptor.file.schema), name);
  } catch (error) {
    throw placed(error, `the footer of ${name}`);
  }
}

class OpenFile implements ParquetFile {
  readonly table: Table;
  readonly rows: number;
  readonly rowGroups: readonly RowGroupInfo[];
  readonly metadata: Readonly<Record<string, string>>;
  readonly fieldIds: ReadonlyMap<string, number>;
  readonly naiveTimestamps: ReadonlySet<string>;
  private readonly access: RandomAccess;
  private readonly groups: GroupReader;
  private readonly file: FileMetadata;
  private readonly schema: ReadSchema;
  private readonly name: string;

  constructor(access: RandomAccess, decryptor: FileDecryptor, schema: ReadSchema, name: string) {
    const { file } = decryptor;
    this.access = access;
    this.groups = new GroupReader(access, decryptor, name);
    this.file = file;
    this.schema = schema;
    this.name = name;
    this.table = schema.table;
    this.rows = file.rows;
    this.metadata = file.keyValues;
    this.fieldIds = schema.fieldIds;
    this.naiveTimestamps = new Set(
      schema.leaves.filter(({ stored }) => stored.naive).map(({ path }) => path.join(".")),
    );
    for (const group of file.rowGroups) checkChunks(group, schema.leaves, access.size);
    this.rowGroups = rowGroupInfos(file, schema.leaves);
  }

  read(options: ParquetReadOptions = {}): AsyncGenerator<RecordBatch> {
    // What is wrong with the options is told by the loop, like everything else.
    let plan: ReadingPlan | { readonly error: unknown };
    try {
      plan = this.planOf(options);
    } catch (error) {
      plan = { error };
    }
    return this.batches(plan);
  }

  hasBloomFilter(column: string): boolean {
    const leaf = this.schema.leaves.find(({ path }) => path.join(".") === column);
    if (!leaf) return false;
    return this.file.rowGroups.some(
      ({ chunks }) => chunks[leaf.index]!.bloomFilterOffset !== undefined,
    );
  }

  async bloomFilter(rowGroup: number, column: string): ReturnType<ParquetFile["bloomFilter"]> {
    this.groupsOf([rowGroup]);
    const leaf = this.schema.leaves.find(({ path }) => path.join(".") === column);
    if (!leaf) return undefined;
    const chunk = this.file.rowGroups[rowGroup]!.chunks[leaf.index]!;
    try {
      const { readBloomFilter } = await import("./read-bloom-filter.ts");
      return await readBloomFilter(this.access, chunk, leaf);
    } catch (error) {
      throw placed(error, `the Bloom filter of column "${column}" of ${this.name}`);
    }
  }

  /** Checks the options, and asks for the first bytes. */
  private planOf(options: ParquetReadOptions): ReadingPlan {
    const { batchRows = DEFAULT_BATCH_ROWS, signal } = options;
    if (!Number.isSafeInteger(batchRows) || batchRows < 1)
      throw invalid(`batchRows is ${showValue(batchRows)}; it must be an integer from 1.`);
    const columns = this.columnsOf(options.columns);
    assertRows(options.rows, this.rows, this.name);
    const groups = this.groupsOf(options.rowGroups).flatMap((index): GroupPlan[] => {
      const { firstRow, rows: all } = this.rowGroups[index]!;
      const rows =
        options.rows && within(options.rows, firstRow, firstRow + all).map((row) => row - firstRow);
      return (rows?.length ?? all) > 0 ? [{ index, columns, rows }] : [];
    });
    for (const { index } of groups) {
      for (const leaf of columns.flatMap(leavesOf)) {
        const place = this.groups.place(index, leaf.schemaPath.join("."));
        assertUnlocked(this.file.rowGroups[index]!.chunks[leaf.index]!, place);
      }
    }
    signal?.throwIfAborted();
    const first = groups.length > 0 ? this.groups.start(groups[0]!) : undefined;
    const { dictionaries = false } = options;
    return { columns, groups, batchRows, dictionaries, signal, first };
  }

  private async *batches(
    plan: ReadingPlan | { readonly error: unknown },
  ): AsyncGenerator<RecordBatch> {
    if ("error" in plan) throw plan.error;
    const { columns, groups, batchRows, dictionaries, signal } = plan;
    const schema = schemaOf(columns);
    let ahead = plan.first;
    for (const k of groups.keys()) {
      signal?.throwIfAborted();
      const current = ahead!;
      ahead = k + 1 < groups.length ? this.groups.start(groups[k + 1]!) : undefined;
      const batch = await this.groups.read(current, schema, dictionaries, signal);
      const rows = batch.numRows;
      for (let from = 0; from < rows; from += batchRows) {
        signal?.throwIfAborted();
        yield batchRows >= rows ? batch : batch.slice(from, from + batchRows);
      }
    }
  }

  private columnsOf(names: readonly string[] | undefined): readonly ReadNode[] {
    const columns = names && chosenColumns(this.schema.columns, names, this.name);
    for (const leaf of (columns ?? this.schema.columns).flatMap(leavesOf)) {
      if (leaf.stored.problem === undefined) continue;
      throw unsupported(
        `Column "${leaf.path.join(".")}" of ${this.name} is ${leaf.stored.problem}.`,
        "Leave the column out: name the others in `columns`.",
      );
    }
    return columns ?? this.schema.columns;
  }

  private groupsOf(indices: readonly number[] | undefined): readonly number[] {
    const count = this.file.rowGroups.length;
    for (const index of indices ?? []) {
      if (!Number.isInteger(index) || index < 0 || index >= count)
        throw invalid(`Row group ${showValue(index)} is not in ${this.name}, which has ${count}.`);
    }
    return indices ?? this.file.rowGroups.map((_, index) => index);
  }
}

interface ReadingPlan {
  readonly columns: readonly ReadNode[];
  readonly groups: readonly GroupPlan[];
  readonly batchRows: number;
  readonly dictionaries: boolean;
  readonly signal: AbortSignal | undefined;
  readonly first: StartedGroup | undefined;
}

function assertRows(rows: Uint32Array | undefined, count: number, name: string): void {
  if (rows === undefined) return;
  if (!(rows instanceof Uint32Array))
    throw invalid(`rows is ${showValue(rows)}; it must be a Uint32Array of positions.`);
  for (let k = 0; k < rows.length; k++) {
    if (rows[k]! >= count) throw invalid(`Row ${rows[k]} is not in ${name}, which has ${count}.`);
    if (k > 0 && rows[k]! <= rows[k - 1]!)
      throw invalid(`rows has ${rows[k]} after ${rows[k - 1]}; positions must ascend.`);
  }
}

function schemaOf(columns: readonly ReadNode[]): Schema {
  if (columns.length === 0) return new Schema([]);
  const fields = columns.map(({ name, column }) => ({ name, column }));
  return toArrowSchema(tableFromFields("file", fields));
}

function assertUnlocked({ locked }: ChunkMetadata, place: string): void {
  if (!locked) return;
  const { hint, details } = locked;
  throw new LakeError("LAKE_ENCRYPTED", `Cannot read ${place}: ${locked.message}`, {
    hint,
    details,
    cause: locked,
  });
}

function checkChunks(group: RowGroupMetadata, leaves: readonly ReadLeaf[], size: number): void {
  const { chunks } = group;
  if (chunks.length !== leaves.length)
    throw new Malformed(`a row group has ${chunks.length} columns, the schema ${leaves.length}.`);
  leaves.forEach((leaf, k) => {
    const chunk = chunks[k]!;
    if (chunk.locked) return;
    const column = leaf.schemaPath.join(".");
    if (chunk.path.join(".") !== column)
      throw new Malformed(`column "${chunk.path.join(".")}" stands in place of "${column}".`);
    const { from, to } = chunkRange(chunk);
    if (!(from >= 0 && to >= from && to <= size))
      throw new Malformed(`column "${column}" is at bytes ${from} to ${to} of ${size}.`);
    if (!(chunk.values >= 0 && chunk.values < 2 ** 31))
      throw new Malformed(`column "${column}" has ${chunk.values} values in a row group.`);
  });
}

function invalid(message: string, hint?: string): LakeError {
  return new LakeError("LAKE_INVALID_OPTION", message, { hint });
}
