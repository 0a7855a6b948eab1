import { joined } from "./utf8-pieces.ts";

const MAGIC = 0xfd2fb528;
/** Frames of other data, which a reader passes over, have this magic number but for its last four bits. */
const SKIPPABLE = 0x184d2a50;

/**
 * Parts a stream of zstd into its frames, by the sizes that stand before their blocks. Node unpacks one frame and then
 * silently stops, also in the middle of one; files of several (pzstd, `cat a.zst b.zst`) are common.
 */
export class ZstdFrames {
  private readonly pieces: AsyncIterator<Uint8Array>;
  private held: Uint8Array = new Uint8Array(0);

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.pieces = pieces[Symbol.asyncIterator]();
  }

  /** Whether another frame begins. */
  async more(): Promise<boolean> {
    for (;;) {
      if (!(await this.fill(1))) return false;
      const head = await this.peek(8);
      const magic = uint32(head, 0);
      if (magic === MAGIC) return true;
      if ((magic & 0xfffffff0) >>> 0 !== SKIPPABLE) throw new Error("a frame has no magic number");
      this.take(8);
      for await (const _ of this.payload(uint32(head, 4)));
    }
  }

  /** The bytes of the next frame. */
  async *frame(): AsyncGenerator<Uint8Array, void, undefined> {
    const descriptor = (await this.peek(5))[4]!;
    const single = (descriptor >> 5) & 1;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
    const sizeBytes = [single, 2, 4, 8][descriptor >> 6]!;
    const headerBytes = 5 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
    await this.peek(headerBytes);
    yield this.take(headerBytes);
    for (let last = false; !last;) {
      const [low, middle, high] = await this.peek(3);
      const header = low! | (middle! << 8) | (high! << 16);
      last = (header & 1) === 1;
      const isRun = ((header >> 1) & 3) === 1;
      yield* this.payload(3 + (isRun ? 1 : header >> 3));
    }
    if (descriptor & 4) yield* this.payload(4);
  }

  async return(): Promise<void> {
    await this.pieces.return?.();
  }

  private async *payload(size: number): AsyncGenerator<Uint8Array, void, undefined> {
    for (let rest = size; rest > 0;) {
      await this.peek(1);
      const piece = this.take(Math.min(rest, this.held.length));
      rest -= piece.length;
      yield piece;
    }
  }

  private take(size: number): Uint8Array {
    const taken = this.held.subarray(0, size);
    this.held = this.held.subarray(size);
    return taken;
  }

  private async peek(size: number): Promise<Uint8Array> {
    if (await this.fill(size)) return this.held;
    throw new Error("unexpected end of file");
  }

  private async fill(size: number): Promise<boolean> {
    while (this.held.length < size) {
      const next = await this.pieces.next();
      if (next.done) return false;
      this.held = this.held.length === 0 ? next.value : joined(this.held, next.value);
    }
    return true;
  }
}

function uint32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  );
}
