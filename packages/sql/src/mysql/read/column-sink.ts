import type { Data, DataType } from "apache-arrow";
import { Validity } from "./validity.ts";

/** Collects one column of a result as Arrow buffers. */
export abstract class ColumnSink {
  readonly type: DataType;
  protected rows = 0;
  protected readonly validity: Validity = new Validity();

  constructor(type: DataType) {
    this.type = type;
  }

  /** Bytes held so far, about. */
  abstract get byteLength(): number;

  /** Takes the value that begins there in the binary format, and says where the next one does. */
  abstract append(bytes: Buffer, at: number): number;

  /** What was appended since the last call. */
  abstract finish(): Data;

  appendNull(): void {
    this.validity.clear(this.rows);
    this.skip();
  }

  /** Makes room for a value that is null. */
  protected abstract skip(): void;
}

/** Where a value of varying length begins and ends. */
export const span: { from: number; to: number } = { from: 0, to: 0 };

/** Reads the length of a value into {@link span}: https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html */
export function readSpan(bytes: Buffer, at: number): void {
  const first = bytes[at]!;
  if (first < 0xfb) {
    span.from = at + 1;
    span.to = at + 1 + first;
  } else if (first === 0xfc) {
    span.from = at + 3;
    span.to = at + 3 + bytes.readUInt16LE(at + 1);
  } else if (first === 0xfd) {
    span.from = at + 4;
    span.to = at + 4 + bytes.readUIntLE(at + 1, 3);
  } else {
    span.from = at + 9;
    span.to = at + 9 + Number(bytes.readBigUInt64LE(at + 1));
  }
}
