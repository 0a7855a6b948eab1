/** Labels under which bytes are taken as they are. */
const UTF8 = "utf-8";

const BOM_UTF8 = [0xef, 0xbb, 0xbf];

/**
 * Pieces of text as UTF-8, without a byte order mark. One of UTF-8 or UTF-16 wins over the encoding named. What is said to
 * be UTF-8 is passed on as it is: its bytes are checked where they are read.
 */
export class Utf8Pieces implements AsyncIterable<Uint8Array> {
  /** Bytes of the mark, where those after it are passed on as they are. */
  skipped = 0;
  private readonly pieces: AsyncIterable<Uint8Array>;
  private readonly encoding: string;

  constructor(pieces: AsyncIterable<Uint8Array>, encoding: string) {
    this.pieces = pieces;
    this.encoding = encoding;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    let head: Uint8Array | undefined = new Uint8Array(0);
    let transcode: InstanceType<typeof TextDecoder> | undefined;
    const encoder = new TextEncoder();
    for await (let piece of this.pieces) {
      if (head) {
        piece = head.length === 0 ? piece : joined(head, piece);
        if (piece.length < BOM_UTF8.length) {
          head = piece.slice();
          continue;
        }
        head = undefined;
        const mark = markOf(piece, this.encoding);
        piece = piece.subarray(mark.skip);
        if (mark.encoding === UTF8) this.skipped = mark.skip;
        else transcode = new TextDecoder(mark.encoding, { ignoreBOM: true });
      }
      yield transcode ? encoder.encode(transcode.decode(piece, { stream: true })) : piece;
    }
    if (head && head.length > 0) {
      const mark = markOf(head, this.encoding);
      head = head.subarray(mark.skip);
      if (mark.encoding === UTF8) this.skipped = mark.skip;
      else transcode = new TextDecoder(mark.encoding, { ignoreBOM: true });
      yield transcode ? encoder.encode(transcode.decode(head, { stream: true })) : head;
    }
    const rest = transcode?.decode() ?? "";
    if (rest !== "") yield encoder.encode(rest);
  }
}

function markOf(
  bytes: Uint8Array,
  encoding: string,
): { readonly encoding: string; readonly skip: number } {
  if (BOM_UTF8.every((byte, i) => bytes[i] === byte)) return { encoding: UTF8, skip: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: "utf-16le", skip: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: "utf-16be", skip: 2 };
  return { encoding: new TextDecoder(encoding).encoding, skip: 0 };
}

export function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
