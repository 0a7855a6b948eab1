import type { ByteInput } from "./byte-input.ts";
import { wrongEncoding } from "./file-errors.ts";

const PIECE = 128 * 1024;

/** Text of UTF-16 as bytes of UTF-8, so that records are found in it as in any other file. */
export class Utf16Input implements ByteInput {
  private readonly path: string;
  private readonly input: ByteInput;
  private readonly decoder = new TextDecoder("utf-16le", { fatal: true, ignoreBOM: true });
  private readonly piece = Buffer.allocUnsafe(PIECE);
  private rest: Buffer = Buffer.alloc(0);
  private ended = false;

  constructor(path: string, input: ByteInput) {
    this.path = path;
    this.input = input;
  }

  get storedBytes(): number {
    return this.input.storedBytes;
  }

  async read(into: Buffer, at: number): Promise<number> {
    while (this.rest.length === 0 && !this.ended) {
      const bytes = await this.input.read(this.piece, 0);
      this.ended = bytes === 0;
      this.rest = Buffer.from(this.decode(this.piece.subarray(0, bytes)), "utf8");
    }
    const copied = this.rest.copy(into, at);
    this.rest = this.rest.subarray(copied);
    return copied;
  }

  close(): Promise<void> {
    return this.input.close();
  }

  private decode(bytes: Buffer): string {
    try {
      return this.decoder.decode(bytes, { stream: !this.ended });
    } catch {
      throw wrongEncoding(this.path, "is no UTF-16", 'Leave encoding out if it is "utf-8".');
    }
  }
}
