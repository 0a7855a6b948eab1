import type { FileSource } from "./line-pages.ts";

/** Numbers of a file: see {@link FileColumns.push}. */
const WIDTH = 8;
/** Files of a block, but for the first, which begins small. */
const BLOCK = 4096;
const SHIFT = 12;
const SMALLEST = 16;

/**
 * Files of the log as columns of numbers: where the action of each is kept, the bytes it is known by, its partition.
 * Rows are only added, so that a number stays good.
 */
export class FileColumns<T> {
  count = 0;
  readonly sources: FileSource<T>[] = [];
  readonly keyPages: Uint8Array[] = [];
  /** In blocks, so that nothing is copied as they become many. */
  private readonly blocks: Int32Array[] = [];

  /** Adds a file and returns its number. */
  push(
    source: FileSource<T>,
    at: number,
    length: number,
    keyPage: Uint8Array,
    keyAt: number,
    keyLength: number,
    hash: number,
    partition: number,
  ): number {
    if (this.sources.at(-1) !== source) this.sources.push(source);
    if (this.keyPages.at(-1) !== keyPage) this.keyPages.push(keyPage);
    const id = this.count++;
    const cells = this.blockFor(id);
    const from = (id % BLOCK) * WIDTH;
    cells[from] = this.sources.length - 1;
    cells[from + 1] = at;
    cells[from + 2] = length;
    cells[from + 3] = this.keyPages.length - 1;
    cells[from + 4] = keyAt;
    cells[from + 5] = keyLength;
    cells[from + 6] = hash;
    cells[from + 7] = partition;
    return id;
  }

  read(id: number): T {
    return this.source(id).read(this.at(id), this.length(id));
  }

  source(id: number): FileSource<T> {
    return this.sources[this.cell(id, 0)]!;
  }
  at(id: number): number {
    return this.cell(id, 1);
  }
  length(id: number): number {
    return this.cell(id, 2);
  }
  keyPage(id: number): Uint8Array {
    return this.keyPages[this.cell(id, 3)]!;
  }
  keyAt(id: number): number {
    return this.cell(id, 4);
  }
  keyLength(id: number): number {
    return this.cell(id, 5);
  }
  hash(id: number): number {
    return this.cell(id, 6);
  }
  partition(id: number): number {
    return this.cell(id, 7);
  }

  private cell(id: number, k: number): number {
    return this.blocks[id >> SHIFT]![(id % BLOCK) * WIDTH + k]!;
  }

  private blockFor(id: number): Int32Array {
    const k = id >> SHIFT;
    const block = this.blocks[k];
    const needed = ((id % BLOCK) + 1) * WIDTH;
    if (block && needed <= block.length) return block;
    const files = k > 0 ? BLOCK : block ? Math.min(BLOCK, (2 * block.length) / WIDTH) : SMALLEST;
    const next = new Int32Array(files * WIDTH);
    if (block) next.set(block);
    return (this.blocks[k] = next);
  }
}
