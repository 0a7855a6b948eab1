import { bigintRange } from "@lakewright/core";
import type { Metadata } from "../delta/log/actions.ts";
import { formatSchema, parseSchema } from "../delta/schema/schema-json.ts";
import { LakeError } from "../errors.ts";
import { IDENTITY, type IdentityColumn } from "./table-rules.ts";

/** Gives out the numbers of an identity column ("Identity Columns" of PROTOCOL.md). */
export class IdentityCounter {
  readonly column: IdentityColumn;
  private mark: bigint | undefined;

  constructor(column: IdentityColumn) {
    this.column = column;
    this.mark = column.highWaterMark;
  }

  /** The last number given out, where one was. */
  get moved(): bigint | undefined {
    return this.mark === this.column.highWaterMark ? undefined : this.mark;
  }

  next(): bigint {
    const { start, step, field } = this.column;
    const value = this.mark === undefined ? start : following(this.mark, start, step);
    const [low, high] = bigintRange.int64;
    if (value < low || value > high) {
      throw new LakeError(
        "LAKE_INVALID_VALUE",
        `Identity column "${field.name}" has no number after ${String(this.mark)}: 64 bits are used up.`,
        { details: { column: field.name } },
      );
    }
    this.mark = value;
    return value;
  }
}

/** The first number of the series beyond a mark, which need not be one of it. */
function following(mark: bigint, start: bigint, step: bigint): bigint {
  if (step > 0n ? mark < start : mark > start) return start;
  return start + ((mark - start) / step + 1n) * step;
}

/** The metadata with new high water marks; undefined where no number was given out. */
export function movedMetadata(
  metadata: Metadata,
  counters: readonly IdentityCounter[],
): Metadata | undefined {
  const moved = new Map(
    counters.flatMap(({ moved, column }) =>
      moved === undefined ? [] : [[column.index, moved] as const],
    ),
  );
  if (moved.size === 0) return undefined;
  const fields = parseSchema(metadata.schemaString).map((field, index) => {
    const mark = moved.get(index);
    return mark === undefined
      ? field
      : { ...field, metadata: { ...field.metadata, [IDENTITY.highWaterMark]: mark } };
  });
  return { ...metadata, schemaString: formatSchema(fields) };
}
