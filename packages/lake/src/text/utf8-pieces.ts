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
      yield transcode
        ? utf8Of(transcode.decode(piece, { stream: true }), transcode.encoding)
        : piece;
    }
    if (head && head.length > 0) {
      const mark = markOf(head, this.encoding);
      head = head.subarray(mark.skip);
      if (mark.encoding === UTF8) this.skipped = mark.skip;
      else transcode = new TextDecoder(mark.encoding, { ignoreBOM: true });
      yield transcode ? utf8Of(transcode.decode(head, { stream: true }), transcode.encoding) : head;
    }
    const rest = transcode?.decode() ?? "";
    if (rest !== "") yield utf8Of(rest, transcode!.encoding);
  }
}

const encoder = new TextEncoder();

/**
 * Text as UTF-8. What its bytes stood for is unknown where a decoder put U+FFFD: it becomes a byte that is no UTF-8, so that the line
 * is rejected in place of being changed. Unicode has that character of its own; there it stays.
 */
function utf8Of(text: string, encoding: string): Uint8Array {
  const bytes = encoder.encode(text);
  if (/^(?:utf-|gb18030)/.test(encoding) || !text.includes("\uFFFD")) return bytes;
  for (let at = 0; at < bytes.length; at++) {
    if (bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd) bytes[at] = 0xff;
  }
  return bytes;
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
