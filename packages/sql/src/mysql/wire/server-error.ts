import type { PacketReader } from "./packets.ts";

/** What the server refused, with its number and SQLSTATE. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  /** https://dev.mysql.com/doc/mysql-errors/9.4/en/server-error-reference.html */
  readonly number: number;
  readonly sqlState: string;

  constructor(number: number, sqlState: string, message: string) {
    super(message);
    this.number = number;
    this.sqlState = sqlState;
  }

  static read(reader: PacketReader): ServerError {
    const number = reader.short();
    let sqlState = "HY000";
    if (reader.bytes[reader.at] === 0x23) {
      sqlState = reader.bytes.toString("latin1", reader.at + 1, reader.at + 6);
      reader.at += 6;
    }
    return new ServerError(number, sqlState, reader.bytes.toString("utf8", reader.at, reader.end));
  }
}
