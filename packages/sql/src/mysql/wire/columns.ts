import type { PacketReader } from "./packets.ts";

/** A column of a result, as the server describes it. */
export interface ColumnDefinition {
  readonly name: string;
  /** Name of the column in its table; empty for an expression. */
  readonly origin: string;
  /** Number of the type: https://dev.mysql.com/doc/dev/mysql-server/latest/field__types_8h.html */
  readonly type: number;
  /** Number of the collation; 63 is that of bytes. */
  readonly collation: number;
  /** Characters or bytes at most, with sign and point. */
  readonly length: number;
  readonly unsigned: boolean;
  /** Digits after the point, of a number or a second. */
  readonly decimals: number;
  /** What MariaDB calls a type that it sends as another: "uuid", "json". */
  readonly special: string | undefined;
}

const UNSIGNED = 0x20;

/** @param extended - MariaDB says more of some types */
export function columnDefinition(reader: PacketReader, extended: boolean): ColumnDefinition {
  // Catalog, schema, table under its alias, table.
  for (let k = 0; k < 4; k++) reader.skipText();
  const name = reader.text();
  const origin = reader.text();
  const special = extended ? specialType(reader) : undefined;
  reader.packed();
  const collation = reader.short();
  const length = reader.word();
  const type = reader.byte();
  const flags = reader.short();
  const decimals = reader.byte();
  return {
    name,
    origin,
    type,
    collation,
    length,
    unsigned: (flags & UNSIGNED) !== 0,
    decimals,
    special,
  };
}

function specialType(reader: PacketReader): string | undefined {
  const length = reader.packed();
  const end = reader.at + length;
  let special: string | undefined;
  while (reader.at < end) {
    reader.byte();
    special = reader.text();
  }
  reader.at = end;
  return special;
}
