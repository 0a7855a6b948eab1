import type { Client } from "../driver.ts";
import { Exchange, isEnd } from "./exchange.ts";
import { OK, type OutPacket, PacketReader } from "./packets.ts";
import { queryPacket } from "./statements.ts";

const NULL = 0xfb;

/** The rows of a statement as text: for the few that the adapter itself asks for. */
export class ReadText extends Exchange<readonly (readonly (string | null)[])[]> {
  private readonly text: string;
  private readonly rows: (string | null)[][] = [];
  private columns = 0;
  private phase: "header" | "columns" | "rows" = "header";

  constructor(text: string) {
    super();
    this.text = text;
  }

  protected *requests(client: Client): Generator<OutPacket> {
    yield queryPacket(client, this.text);
  }

  protected take(buffer: Buffer, offset: number, end: number): void {
    switch (this.phase) {
      case "header":
        if (buffer[offset] === OK) {
          this.readOk(buffer, offset, end);
          return this.settle(this.rows);
        }
        this.columns = new PacketReader(buffer, offset, end).packed();
        this.phase = "columns";
        break;
      case "columns":
        if (isEnd(buffer, offset, end)) this.phase = "rows";
        break;
      case "rows":
        if (isEnd(buffer, offset, end)) {
          this.readEnd(buffer, offset);
          return this.settle(this.rows);
        }
        this.rows.push(this.row(new PacketReader(buffer, offset, end)));
    }
  }

  private row(reader: PacketReader): (string | null)[] {
    return Array.from({ length: this.columns }, () => {
      if (reader.bytes[reader.at] !== NULL) return reader.text();
      reader.at++;
      return null;
    });
  }
}
