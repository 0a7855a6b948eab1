import type { Client } from "../driver.ts";
import { Exchange, type Ok } from "./exchange.ts";
import { HEADER, LOCAL_INFILE, OutPacket } from "./packets.ts";
import { queryPacket } from "./statements.ts";

/** Bytes of a packet at most: a row may be longer than what the server takes in one (max_allowed_packet). */
const PACKET_BYTES = 512 * 1024;

/** Runs LOAD DATA LOCAL: the server asks for a file, and gets the chunks, as fast as it takes them. */
export class SendFile extends Exchange<Ok> {
  private readonly text: string;
  private readonly chunks: AsyncIterable<Buffer>;
  private readonly sent: () => void;
  private broken: { readonly error: unknown } | undefined;
  private stopped = false;
  private sending: Promise<void> = Promise.resolve();
  private wake: (() => void) | undefined;

  /**
   * @param chunks - each with room before it for the header of its packet; asked for only when the server wants them
   * @param sent - called when nothing reads the last chunk any more
   */
  constructor(text: string, chunks: AsyncIterable<Buffer>, sent: () => void) {
    super();
    this.text = text;
    this.chunks = chunks;
    this.sent = sent;
  }

  /** Resolves when the source of the chunks has been left, which may be after the server has answered. */
  get sourceLeft(): Promise<void> {
    return this.sending;
  }

  /** Sends no more: the server ends what it has got so far. */
  stop(): void {
    this.stopped = true;
    this.wake?.();
  }

  override onResult(error: Error): void {
    this.stop();
    super.onResult(error);
  }

  protected *requests(client: Client): Generator<OutPacket> {
    yield queryPacket(client, this.text);
  }

  protected take(buffer: Buffer, offset: number, end: number): void {
    if (buffer[offset] === LOCAL_INFILE) {
      this.sending = this.send();
      return;
    }
    const ok = this.readOk(buffer, offset, end);
    if (this.broken !== undefined) this.fail(this.broken.error);
    else this.settle(ok);
  }

  protected override fail(error: unknown): void {
    this.stop();
    super.fail(this.broken === undefined ? error : this.broken.error);
  }

  private async send(): Promise<void> {
    const { client } = this;
    try {
      for await (const chunk of this.chunks) {
        if (this.stopped) break;
        if (!(await this.write(chunk))) continue;
        // What is compressed may still be read after what was before it has left.
        if (!client.config.compress) this.sent();
      }
    } catch (error) {
      // The protocol knows no way to say that there will be no more: what has come must be rolled back.
      this.broken = { error };
    }
    if (!this.over) client.writePacket(new OutPacket(Buffer.alloc(HEADER)));
  }

  /** Writes a chunk, as several packets where it is long; says whether all of it has left. */
  private async write(chunk: Buffer): Promise<boolean> {
    const { client } = this;
    let hasLeft = false;
    for (let from = HEADER; from < chunk.length && !this.stopped; from += PACKET_BYTES) {
      const isLong = chunk.length > HEADER + PACKET_BYTES;
      client.writePacket(new OutPacket(isLong ? pieceOf(chunk, from) : chunk));
      hasLeft = client.stream.writableNeedDrain === true;
      if (hasLeft) await this.drained();
    }
    return hasLeft;
  }

  private drained(): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.wake = undefined;
        this.client.stream.off("drain", done);
        resolve();
      };
      this.wake = done;
      this.client.stream.once("drain", done);
    });
  }
}

function pieceOf(chunk: Buffer, from: number): Buffer {
  const content = chunk.subarray(from, from + PACKET_BYTES);
  const piece = Buffer.allocUnsafe(HEADER + content.length);
  content.copy(piece, HEADER);
  return piece;
}
