import type { Outgoing } from "../driver.ts";

/** First bytes of answers, and of requests: https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html */
export const OK = 0x00;
export const LOCAL_INFILE = 0xfb;
export const EOF = 0xfe;
export const ERROR = 0xff;

export const COM_QUERY = 0x03;
export const COM_STMT_PREPARE = 0x16;
export const COM_STMT_EXECUTE = 0x17;
export const COM_STMT_CLOSE = 0x19;
export const COM_SET_OPTION = 0x1b;
export const COM_STMT_FETCH = 0x1c;

/** Flags of the state of the server, at the end of an answer. */
export const IN_TRANSACTION = 0x0001;
export const MORE_RESULTS = 0x0008;
export const CURSOR_EXISTS = 0x0040;
export const LAST_ROW_SENT = 0x0080;

/** Bytes mysql2 writes the header of a packet into. */
export const HEADER = 4;

/** A packet to send, with room for its header before its content. */
export class OutPacket implements Outgoing {
  readonly buffer: Buffer;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  /** mysql2 makes one packet of each 16,777,215 begun, and the last of a content must be shorter, or empty. */
  length(): number {
    return this.buffer.length - HEADER + 1;
  }

  writeHeader(sequence: number): void {
    const content = this.buffer.length - HEADER;
    this.buffer.writeUIntLE(content, 0, 3);
    this.buffer[3] = sequence;
  }
}

/** A request of a first byte and what follows it. */
export function request(command: number, ...parts: readonly Uint8Array[]): OutPacket {
  const header = Buffer.alloc(HEADER + 1);
  header[HEADER] = command;
  return new OutPacket(Buffer.concat([header, ...parts]));
}

/** 32 bits, little-endian. */
export function word(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Reads the numbers and texts of an answer one after the other. */
export class PacketReader {
  readonly bytes: Buffer;
  at: number;
  readonly end: number;

  constructor(bytes: Buffer, at: number, end: number) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  byte(): number {
    return this.bytes[this.at++]!;
  }

  short(): number {
    this.at += 2;
    return this.bytes.readUInt16LE(this.at - 2);
  }

  word(): number {
    this.at += 4;
    return this.bytes.readUInt32LE(this.at - 4);
  }

  /** A number of one to nine bytes. */
  packed(): number {
    const first = this.byte();
    if (first < 0xfb) return first;
    if (first === 0xfc) return this.short();
    if (first === 0xfd) {
      this.at += 3;
      return this.bytes.readUIntLE(this.at - 3, 3);
    }
    return this.word() + this.word() * 0x1_0000_0000;
  }

  text(): string {
    const length = this.packed();
    this.at += length;
    return this.bytes.toString("utf8", this.at - length, this.at);
  }

  skipText(): void {
    const length = this.packed();
    this.at += length;
  }
}

/** A number as {@link PacketReader.packed} reads it. */
export function packedNumber(value: number): Buffer {
  if (value < 0xfb) return Buffer.of(value);
  const bytes = Buffer.alloc(value < 0x1_0000 ? 3 : value < 0x100_0000 ? 4 : 9);
  if (bytes.length === 9) {
    bytes[0] = 0xfe;
    bytes.writeBigUInt64LE(BigInt(value), 1);
  } else {
    bytes[0] = bytes.length === 3 ? 0xfc : 0xfd;
    bytes.writeUIntLE(value, 1, bytes.length - 1);
  }
  return bytes;
}
