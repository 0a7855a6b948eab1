import { batchOf, plainValues, selectRows } from "@lakewright/core";
import type { Data, RecordBatch, Schema } from "apache-arrow";
import { chunkRange } from "./chunk-range.ts";
import { type Decompress, decompressorOf } from "./codec/decompress.ts";
import { assemble } from "./decode/assemble.ts";
import type { ChunkBytes } from "./decode/chunk-rows.ts";
import { decodeChunk, type DecodedChunk } from "./decode/column-chunk.ts";
import type { FileDecryptor } from "./encryption/types.ts";
import type { FetchedChunks, fetchPages } from "./fetch-pages.ts";
import { fetchRanges } from "./fetch-ranges.ts";
import { Malformed, placed } from "./format/malformed.ts";
import { leavesOf, type ReadLeaf, type ReadNode } from "./schema/read-tree.ts";
import type { RandomAccess } from "./types.ts";

/** Of more rows than one in so many, decoding all and selecting costs no more than looking for each. */
const FEW = 4;

/** What is read of a row group. */
export interface GroupPlan {
  readonly index: number;
  readonly columns: readonly ReadNode[];
  /** Rows wanted, ascending, from 0 in the row group. Undefined for all. */
  readonly rows: Uint32Array | undefined;
}

/** A row group whose bytes are on their way. */
export interface StartedGroup extends GroupPlan {
  readonly leaves: readonly ReadLeaf[];
  /** Rows that are picked out of the pages; undefined where all are decoded. */
  readonly picked: Uint32Array | undefined;
  readonly first: Promise<IteratorResult<FetchedChunks>>;
  readonly rest: AsyncGenerator<FetchedChunks>;
}

/** Reads row groups of a file. */
export class GroupReader {
  private readonly access: RandomAccess;
  private readonly decryptor: FileDecryptor;
  private readonly name: string;
  private readonly decompressors = new Map<number, Promise<Decompress>>();

  constructor(access: RandomAccess, decryptor: FileDecryptor, name: string) {
    this.access = access;
    this.decryptor = decryptor;
    this.name = name;
  }

  /** Asks for the first bytes of a row group. */
  start(plan: GroupPlan): StartedGroup {
    const { access } = this;
    const { rows: groupRows, chunks } = this.decryptor.file.rowGroups[plan.index]!;
    const leaves = plan.columns.flatMap(leavesOf);
    const own = leaves.map((leaf) => chunks[leaf.index]!);
    const { rows } = plan;
    const picked = rows && FEW * rows.length < groupRows ? rows : undefined;
    const rest: AsyncGenerator<FetchedChunks> = picked
      ? pages(access, own, picked, groupRows, (column) => this.place(plan.index, column))
      : fetchRanges(access, own.map(chunkRange));
    const first = rest.next();
    // One that fails while those before it are awaited, or after the caller left, is not unhandled.
    first.catch(() => {});
    return { ...plan, leaves, picked, first, rest };
  }

  /** The rows wanted. */
  async read(
    group: StartedGroup,
    schema: Schema,
    dictionaries: boolean,
    signal: AbortSignal | undefined,
  ): Promise<RecordBatch> {
    const { index, rows, picked } = group;
    const all = this.decryptor.file.rowGroups[index]!.rows;
    const data = await this.decode(group, picked?.length ?? all, signal);
    const plain = dictionaries ? data : data.map(plainValues);
    if (!rows || picked) return batchOf(schema, picked?.length ?? all, plain);
    return selectRows(batchOf(schema, all, plain), new Int32Array(rows));
  }

  private async decode(
    { index, columns, leaves, picked, first, rest }: StartedGroup,
    rows: number,
    signal: AbortSignal | undefined,
  ): Promise<Data[]> {
    const { chunks } = this.decryptor.file.rowGroups[index]!;
    const place = (column: string): string => this.place(index, column);
    const picking = picked && (await import("./picking.ts"));
    const decoded = new Map<number, DecodedChunk>();
    const data = new Array<Data>(columns.length);
    // As bytes come they are decoded and let go, and a column is put together as its last leaf is there.
    for (let step = await first; step.done !== true; step = await rest.next()) {
      for (const [k, bytes] of step.value) {
        signal?.throwIfAborted();
        const leaf = leaves[k]!;
        const chunk = chunks[leaf.index]!;
        const decompress = await this.decompressor(chunk.codec);
        const where = place(leaf.schemaPath.join("."));
        const plain = this.decrypted(bytes, index, leaf, where);
        decoded.set(
          leaf.index,
          picking
            ? picking.decodeRows(leaf, chunk, plain, picked, decompress, where)
            : decodeChunk(leaf, chunk, plain as Uint8Array, decompress, where),
        );
        const c = columns.findIndex((column) => leavesOf(column).includes(leaf));
        const column = columns[c]!;
        const own = leavesOf(column);
        if (!own.every(({ index }) => decoded.has(index))) continue;
        data[c] = assembled(column, decoded, rows, place(column.name));
        for (const { index } of own) decoded.delete(index);
      }
    }
    return data;
  }

  /** What errors call a column. */
  place(group: number, column: string): string {
    return `column "${column}" in row group ${group} of ${this.name}`;
  }

  /** Pages are fetched by themselves only where nothing is encrypted. */
  private decrypted(bytes: ChunkBytes, group: number, leaf: ReadLeaf, place: string): ChunkBytes {
    if (!(bytes instanceof Uint8Array)) return bytes;
    try {
      const chunk = this.decryptor.file.rowGroups[group]!.chunks[leaf.index]!;
      return this.decryptor.chunk(bytes, chunk, group, leaf.index);
    } catch (error) {
      throw placed(error, place);
    }
  }

  private decompressor(codec: number): Promise<Decompress> {
    let found = this.decompressors.get(codec);
    if (!found) this.decompressors.set(codec, (found = decompressorOf(codec)));
    return found;
  }
}

/** Loaded when rows are picked: a page that reads whole tables does without. */
async function* pages(...given: Parameters<typeof fetchPages>): AsyncGenerator<FetchedChunks> {
  const later = await import("./picking.ts");
  yield* later.fetchPages(...given);
}

function assembled(
  column: ReadNode,
  chunks: ReadonlyMap<number, DecodedChunk>,
  rows: number,
  place: string,
): Data {
  try {
    const data = assemble(column, chunks);
    if (data.length !== rows)
      throw new Malformed(`it has ${data.length} values where ${rows} rows are read.`);
    return data;
  } catch (error) {
    throw placed(error, place);
  }
}
