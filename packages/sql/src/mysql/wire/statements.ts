import type { BoundParameters } from "../bind.ts";
import type { Client } from "../driver.ts";
import { Exchange, isEnd, type Ok } from "./exchange.ts";
import {
  COM_QUERY,
  COM_SET_OPTION,
  COM_STMT_CLOSE,
  COM_STMT_EXECUTE,
  COM_STMT_PREPARE,
  HEADER,
  LOCAL_INFILE,
  MORE_RESULTS,
  OK,
  OutPacket,
  packedNumber,
  PacketReader,
  request,
  word,
} from "./packets.ts";

/** Statements, as text or prepared; rows they give are passed over. */
export class RunStatements extends Exchange<readonly Ok[]> {
  private readonly request: (client: Client) => OutPacket;
  private readonly results: Ok[] = [];
  private phase: "header" | "columns" | "rows" = "header";

  constructor(request: (client: Client) => OutPacket) {
    super();
    this.request = request;
  }

  protected *requests(client: Client): Generator<OutPacket> {
    yield this.request(client);
  }

  protected take(buffer: Buffer, offset: number, end: number): void {
    switch (this.phase) {
      case "header":
        if (buffer[offset] === OK) this.addResult(this.readOk(buffer, offset, end));
        else if (buffer[offset] === LOCAL_INFILE) this.refuseFile();
        else this.phase = "columns";
        break;
      case "columns":
        if (isEnd(buffer, offset, end)) this.phase = "rows";
        break;
      case "rows":
        if (!isEnd(buffer, offset, end)) break;
        this.phase = "header";
        this.addResult({ affected: 0, status: this.readEnd(buffer, offset), warnings: 0 });
    }
  }

  /** The server asks for a file of this machine, which it never gets. */
  private refuseFile(): void {
    this.client.writePacket(new OutPacket(Buffer.alloc(HEADER)));
    throw new Error("LOAD DATA LOCAL is what load() is for; no file of this machine is sent.");
  }

  private addResult(result: Ok): void {
    this.results.push(result);
    if ((result.status & MORE_RESULTS) === 0) this.settle(this.results);
  }
}

/** A statement the server has parsed. */
export interface Prepared {
  readonly id: number;
  readonly parameters: number;
}

/** Has a statement parsed. */
export class Prepare extends Exchange<Prepared> {
  private readonly text: string;
  private prepared: Prepared | undefined;
  /** Descriptions of parameters and of columns to come, each list with its end. */
  private lists = 0;

  constructor(text: string) {
    super();
    this.text = text;
  }

  protected *requests(): Generator<OutPacket> {
    yield request(COM_STMT_PREPARE, Buffer.from(this.text));
  }

  protected take(buffer: Buffer, offset: number, end: number): void {
    if (this.prepared === undefined) {
      const reader = new PacketReader(buffer, offset + 1, end);
      const id = reader.word();
      const columns = reader.short();
      const parameters = reader.short();
      this.prepared = { id, parameters };
      this.lists = (columns > 0 ? 1 : 0) + (parameters > 0 ? 1 : 0);
    } else if (isEnd(buffer, offset, end)) {
      this.readEnd(buffer, offset);
      this.lists--;
    }
    if (this.lists === 0) this.settle(this.prepared);
  }
}

/** Forgets a statement; there is no answer. */
export class CloseStatement extends Exchange<void> {
  private readonly id: number;

  constructor(id: number) {
    super();
    this.id = id;
  }

  protected *requests(): Generator<OutPacket> {
    yield request(COM_STMT_CLOSE, word(this.id));
    this.settle();
  }

  protected take(): void {}
}

/** Lets a text have several statements, or one again. */
export class AllowStatements extends Exchange<void> {
  private readonly several: boolean;

  constructor(several: boolean) {
    super();
    this.several = several;
  }

  protected *requests(): Generator<OutPacket> {
    yield request(COM_SET_OPTION, Uint8Array.of(this.several ? 0 : 1, 0));
  }

  protected take(): void {
    this.settle();
  }
}

/** A statement as text. */
export function queryPacket(client: Client, text: string): OutPacket {
  // No attributes, of one set of them.
  const attributes = Uint8Array.from(sendsAttributes(client) ? [0, 1] : []);
  return request(COM_QUERY, attributes, Buffer.from(text));
}

const PARAMETER_COUNT = 8;

/** @param cursor - 1 where the server is to keep the rows until they are fetched, else 0 */
export function executePacket(
  client: Client,
  { id }: Prepared,
  { types, values }: BoundParameters,
  cursor: 0 | 1 = 0,
): OutPacket {
  const attributes = sendsAttributes(client);
  const head = [
    word(id),
    Uint8Array.of(cursor | (attributes ? PARAMETER_COUNT : 0)),
    word(1),
    ...(attributes ? [packedNumber(types.length)] : []),
  ];
  if (types.length === 0) return request(COM_STMT_EXECUTE, ...head);
  const nulls = new Uint8Array((types.length + 7) >> 3);
  values.forEach((value, k) => {
    if (value === null) nulls[k >> 3]! |= 1 << (k & 7);
  });
  // After each type stands the name of an attribute, which a parameter has not.
  const width = attributes ? 3 : 2;
  const described = Buffer.alloc(1 + width * types.length);
  described[0] = 1;
  types.forEach((type, k) => described.writeUInt16LE(type, 1 + width * k));
  const given = values.filter((value) => value !== null);
  return request(COM_STMT_EXECUTE, ...head, nulls, described, ...given);
}

const QUERY_ATTRIBUTES = 0x0800_0000;

/** Whether the two have agreed that a request may have attributes, and so says how many. */
function sendsAttributes({ config, serverCapabilityFlags }: Client): boolean {
  return (config.clientFlags & serverCapabilityFlags & QUERY_ATTRIBUTES) !== 0;
}
