import { Malformed } from "./malformed.ts";
import { ThriftReader } from "./thrift-reader.ts";
import { ThriftWriter } from "./thrift-writer.ts";
import { Xxhash64 } from "./xxhash64.ts";

const BLOCK_BYTES = 32;
const MOST_BYTES = 1 << 20;
/** The share of absent values that are taken for present ones. */
const FALSE_POSITIVES = 0.01;
const SALTS: readonly number[] = [
  0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31,
];

/** A split-block Bloom filter: of a set of values it tells which are certainly not in it. Source: parquet-format, BloomFilter.md. */
export class BloomFilter {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly hasher = new Xxhash64();

  constructor(bytes: Uint8Array) {
    if (bytes.length === 0 || bytes.length % BLOCK_BYTES !== 0)
      throw new Malformed(`a Bloom filter has ${bytes.length} bytes.`);
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** One for so many different values, of 1 % false positives. */
  static for(values: number): BloomFilter {
    const bits = (-8 * values) / Math.log(1 - FALSE_POSITIVES ** (1 / 8));
    let bytes = BLOCK_BYTES;
    while (bytes * 8 < bits && bytes < MOST_BYTES) bytes *= 2;
    return new BloomFilter(new Uint8Array(bytes));
  }

  /** Adds a value: its bytes in PLAIN encoding, a text without its length. */
  add(bytes: Uint8Array, from: number, to: number): void {
    this.hasher.hash(bytes, from, to);
    const block = this.block();
    for (let k = 0; k < SALTS.length; k++) {
      const at = block + 4 * k;
      this.view.setInt32(at, this.view.getInt32(at, true) | this.bit(k), true);
    }
  }

  /** False where the value was certainly not added. */
  mayContain(bytes: Uint8Array): boolean {
    this.hasher.hash(bytes, 0, bytes.length);
    const block = this.block();
    return SALTS.every((_, k) => (this.view.getInt32(block + 4 * k, true) & this.bit(k)) !== 0);
  }

  /** The high half of the hash chooses the block: as a fraction of 2^32, of the blocks there are. */
  private block(): number {
    const blocks = this.bytes.length / BLOCK_BYTES;
    return Math.floor(((this.hasher.high >>> 0) * blocks) / 2 ** 32) * BLOCK_BYTES;
  }

  private bit(k: number): number {
    return 1 << (Math.imul(this.hasher.low, SALTS[k]!) >>> 27);
  }
}

/** A filter as it stands in a file: its header, then its bits. */
export function encodeBloomFilter({ bytes }: BloomFilter): Uint8Array {
  const out = new ThriftWriter();
  out.struct(() => {
    out.i32(1, bytes.length);
    // BLOCK, XXHASH, UNCOMPRESSED: the only ones there are.
    for (const field of [2, 3, 4]) out.structField(field, () => out.structField(1, () => {}));
  });
  out.sink.writeBytes(bytes);
  return out.sink.take();
}

/** The filter that begins at the first byte; undefined where it is of a later kind. */
export function decodeBloomFilter(bytes: Uint8Array): BloomFilter | undefined {
  const input = new ThriftReader(bytes);
  let size = 0;
  let known = 0;
  input.message((id) => {
    if (id === 1) size = input.int();
    else if (id >= 2 && id <= 4) input.struct((kind) => void (known += kind === 1 ? 1 : 0));
  });
  if (known !== 3) return undefined;
  const bits = bytes.subarray(input.at, input.at + size);
  if (bits.length !== size) throw new Malformed("a Bloom filter leads past its end.");
  return new BloomFilter(bits);
}
