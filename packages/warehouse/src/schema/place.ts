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

/** A name for an index, a sequence or a constraint: table and suffix, cut and marked where it would be too long. */
export function objectName(table: string, suffix: string): string {
  const name = `${table}_${suffix}`;
  if (new TextEncoder().encode(name).length <= MAX_NAME) return name;
  // FNV-1a, 32 bits: two long names that start alike stay apart.
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  const mark = (hash >>> 0).toString(16).padStart(8, "0");
  let kept = name;
  while (new TextEncoder().encode(kept).length > MAX_NAME - 9) kept = kept.slice(0, -1);
  return `${kept}_${mark}`;
}
