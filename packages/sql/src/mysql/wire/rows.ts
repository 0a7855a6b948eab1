import type { Client } from "../driver.ts";
import { type ColumnDefinition, columnDefinition } from "./columns.ts";
import { Exchange, isEnd } from "./exchange.ts";
import {
  COM_STMT_FETCH,
  CURSOR_EXISTS,
  MORE_RESULTS,
  OK,
  type OutPacket,
  PacketReader,
  request,
  word,
} from "./packets.ts";

/** Takes the rows of a result as they come. */
export interface RowSink {
  columns(definitions: readonly ColumnDefinition[]): void;
  /** A row in the binary format; true asks for no more for now. */
  row(buffer: Buffer, offset: number, end: number): boolean;
}

/** Runs a prepared statement and hands out its rows; gives the flags of the server at the end. */
export class ReadRows extends Exchange<number> {
  private readonly request: (client: Client) => OutPacket;
  private readonly sink: RowSink;
  private readonly definitions: ColumnDefinition[] = [];
  private phase: "header" | "columns" | "rows" = "header";
  /** A procedure may give several results: the rows of the first are read, those of others passed over. */
  private isFirst = true;

  constructor(request: (client: Client) => OutPacket, sink: RowSink) {
    super();
    this.request = request;
    this.sink = sink;
  }

  protected *requests(client: Client): Generator<OutPacket> {
    yield this.request(client);
  }

  protected take(buffer: Buffer, offset: number, end: number): void {
    switch (this.phase) {
      case "header":
        if (buffer[offset] === OK) this.endOf(this.readOk(buffer, offset, end).status);
        else this.phase = "columns";
        break;
      case "columns":
        if (isEnd(buffer, offset, end)) this.begin(this.readEnd(buffer, offset));
        else if (this.isFirst) this.describe(new PacketReader(buffer, offset, end));
        break;
      case "rows":
        if (isEnd(buffer, offset, end)) this.endOf(this.readEnd(buffer, offset));
        else if (this.isFirst && this.sink.row(buffer, offset, end)) this.client.pause();
    }
  }

  private describe(reader: PacketReader): void {
    this.definitions.push(columnDefinition(reader, this.client._mariadbExtendedMetadata));
  }

  private begin(status: number): void {
    if (this.isFirst) this.sink.columns(this.definitions);
    this.phase = "rows";
    // The server keeps the rows: they are fetched.
    if ((status & CURSOR_EXISTS) !== 0) this.settle(status);
  }

  private endOf(status: number): void {
    if ((status & MORE_RESULTS) === 0) this.settle(status);
    else {
      this.phase = "header";
      this.isFirst = false;
    }
  }
}

/** More rows of a result that the server keeps; gives its flags at the end of them. */
export class FetchRows extends Exchange<number> {
  private readonly id: number;
  private readonly rows: number;
  private readonly sink: RowSink;

  constructor(id: number, rows: number, sink: RowSink) {
    super();
    this.id = id;
    this.rows = rows;
    this.sink = sink;
  }

  protected *requests(): Generator<OutPacket> {
    yield request(COM_STMT_FETCH, word(this.id), word(this.rows));
  }

  protected take(buffer: Buffer, offset: number, end: number): void {
    if (isEnd(buffer, offset, end)) this.settle(this.readEnd(buffer, offset));
    else this.sink.row(buffer, offset, end);
  }
}
