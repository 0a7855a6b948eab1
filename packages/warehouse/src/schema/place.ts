import { id, type Sql } from "@lakewright/sql";

/** Where the tables of a warehouse are. */
export class Place {
  readonly schema: string;

  constructor(schema: string) {
    this.schema = schema;
  }

  path(name: string): readonly string[] {
    return [this.schema, name];
  }

  id(name: string): Sql {
    return id(this.schema, name);
  }
}

/** Longest name both engines keep whole: Postgres cuts at 63 bytes. */
const MAX_NAME = 63;

/**
 * A name for an index, a sequence or a constraint: table and suffix, cut and marked where it would be too long or, as
 * DuckDB reads the names of sequences from a text without escapes, has anything but letters, digits and "_".
 */
export function objectName(table: string, suffix: string): string {
  const name = `${table}_${suffix}`;
  if (/^\w+$/.test(name) && name.length <= MAX_NAME) return name;
  // FNV-1a, 32 bits: names that become alike stay apart.
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  const mark = (hash >>> 0).toString(16).padStart(8, "0");
  return `${name.replace(/\W/g, "_").slice(0, MAX_NAME - 9)}_${mark}`;
}
