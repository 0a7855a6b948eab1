import type { Client, Command, Packet } from "../driver.ts";
import { ServerError } from "./server-error.ts";
import { EOF, ERROR, IN_TRANSACTION, type OutPacket, PacketReader } from "./packets.ts";

/** What the server says at the end of a statement that gives no rows. */
export interface Ok {
  readonly affected: number;
  readonly status: number;
  readonly warnings: number;
}

/** Whether a transaction was open when the server last said so. */
export const inTransaction: WeakMap<Client, boolean> = new WeakMap();

/** One request and its answer, packet by packet, as a command of mysql2. */
export abstract class Exchange<R> implements Command {
  readonly done: Promise<R>;
  protected client!: Client;
  protected over = false;
  private started = false;
  private resolve!: (result: R) => void;
  private reject!: (error: unknown) => void;
  private failure: { readonly error: unknown } | undefined;

  constructor() {
    this.done = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Whoever waits for it is told; that nobody waits yet is no reason to end the process.
    this.done.catch(() => {});
  }

  /** Sends it when its turn comes. */
  run(client: Client): Promise<R> {
    client.addCommand(this);
    return this.done;
  }

  execute(packet: Packet | undefined, client: Client): boolean {
    if (!this.started) {
      this.started = true;
      this.client = client;
      client._resetSequenceId();
      for (const request of this.requests(client)) client.writePacket(request);
      return this.over;
    }
    if (packet === undefined) return this.over;
    const { buffer, offset, end } = packet;
    if (buffer[offset] === ERROR) {
      this.fail(ServerError.read(new PacketReader(buffer, offset + 1, end)));
      return true;
    }
    try {
      this.take(buffer, offset, end);
    } catch (error) {
      // mysql2 would end the connection; the rest of the answer has to be read all the same.
      this.failure ??= { error };
    }
    return this.over;
  }

  onResult(error: Error): void {
    this.fail(error);
  }

  stateName(): string {
    return this.constructor.name;
  }

  protected abstract requests(client: Client): Iterable<OutPacket>;

  /** A packet of the answer that is no error. */
  protected abstract take(buffer: Buffer, offset: number, end: number): void;

  /** Whether something could not be read: the rest of the answer is passed over. */
  protected get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  protected settle(result: R): void {
    this.over = true;
    if (this.failure === undefined) this.resolve(result);
    else this.reject(this.failure.error);
  }

  protected fail(error: unknown): void {
    this.over = true;
    this.reject(this.failure === undefined ? error : this.failure.error);
  }

  protected readOk(buffer: Buffer, offset: number, end: number): Ok {
    const reader = new PacketReader(buffer, offset + 1, end);
    const affected = reader.packed();
    reader.packed();
    const status = this.see(reader.short());
    return { affected, status, warnings: reader.short() };
  }

  /** The end of columns or rows; gives the flags of the server. */
  protected readEnd(buffer: Buffer, offset: number): number {
    return this.see(buffer.readUInt16LE(offset + 3));
  }

  private see(status: number): number {
    inTransaction.set(this.client, (status & IN_TRANSACTION) !== 0);
    return status;
  }
}

/** The end of rows has a mark that a row may begin with too, which then is longer. */
export function isEnd(buffer: Buffer, offset: number, end: number): boolean {
  return buffer[offset] === EOF && end - offset < 9;
}
