import type { LogicalType } from "@lakewright/core";
import { floorDiv } from "@lakewright/core";
import { compareText } from "../where/text-order.ts";
import { decimalOfBytes } from "./encode/extremes.ts";
import { Physical } from "./format/constants.ts";
import type { ChunkStatistics, FileMetadata, RowGroupMetadata } from "./format/footer.ts";
import type { ReadLeaf } from "./schema/read-tree.ts";
import type { ColumnStatistics, RowGroupInfo } from "./types.ts";

type Bound = number | bigint | string;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What a file says of its row groups, as far as it can be trusted. */
export function rowGroupInfos(file: FileMetadata, leaves: readonly ReadLeaf[]): RowGroupInfo[] {
  let firstRow = 0;
  return file.rowGroups.map((group) => {
    const info = { rows: group.rows, firstRow, bytes: group.bytes };
    firstRow += group.rows;
    let columns: readonly ColumnStatistics[] | undefined;
    return {
      ...info,
      get columns() {
        return (columns ??= leaves.flatMap((leaf) => statisticsOf(file, group, leaf) ?? []));
      },
    };
  });
}

function statisticsOf(
  file: FileMetadata,
  group: RowGroupMetadata,
  leaf: ReadLeaf,
): ColumnStatistics | undefined {
  const statistics = group.chunks[leaf.index]?.statistics;
  const nullCount = statistics?.nullCount ?? (leaf.definition === 0 ? 0 : undefined);
  // Without the number of nulls nothing follows from the rest.
  if (nullCount === undefined) return undefined;
  const isOrdered = file.typeOrders[leaf.index] ?? false;
  const bounds = statistics && boundsOf(statistics, leaf, isOrdered);
  return { path: leaf.path, nullCount, ...bounds };
}

function boundsOf(
  statistics: ChunkStatistics,
  leaf: ReadLeaf,
  isOrdered: boolean,
): { readonly min: Bound; readonly max: Bound } | undefined {
  const { type } = leaf.column;
  if (leaf.stored.problem !== undefined || leaf.stored.float16) return undefined;
  // Before the order of a type was written down, all writers agreed on signed numbers only.
  const isAgreed = isSigned(leaf);
  const isTrusted = isOrdered || isAgreed;
  const minBytes =
    (isTrusted ? statistics.min : undefined) ?? (isAgreed ? statistics.deprecatedMin : undefined);
  const maxBytes =
    (isTrusted ? statistics.max : undefined) ?? (isAgreed ? statistics.deprecatedMax : undefined);
  if (!minBytes || !maxBytes) return undefined;
  const min = boundOf(type, leaf, minBytes, "min");
  const max = boundOf(type, leaf, maxBytes, "max");
  if (min === undefined || max === undefined) return undefined;
  // Writers that compared otherwise than the format says give themselves away so.
  return isBelow(max, min) ? undefined : { min, max };
}

function isBelow(a: Bound, b: Bound): boolean {
  return typeof a === "string" && typeof b === "string" ? compareText(a, b) < 0 : a < b;
}

function isSigned({ physical, column }: ReadLeaf): boolean {
  const storages: number[] = [Physical.INT32, Physical.INT64, Physical.FLOAT, Physical.DOUBLE];
  return storages.includes(physical) && !column.type.kind.startsWith("uint");
}

/** A bound in the unit of the column; undefined where the type has no order, or the bytes are not of the type. */
function boundOf(
  type: LogicalType,
  leaf: ReadLeaf,
  bytes: Uint8Array,
  side: "min" | "max",
): Bound | undefined {
  switch (leaf.physical) {
    case Physical.INT32: {
      if (bytes.length !== 4) return undefined;
      const value = viewOf(bytes).getInt32(0, true);
      if (type.kind === "decimal") return BigInt(value);
      return type.kind === "uint32" ? value >>> 0 : value;
    }
    case Physical.INT64: {
      if (bytes.length !== 8) return undefined;
      const value = viewOf(bytes).getBigInt64(0, true);
      if (type.kind === "uint64") return BigInt.asUintN(64, value);
      if (!leaf.stored.nanoseconds) return value;
      return side === "min" ? floorDiv(value, 1000n) : -floorDiv(-value, 1000n);
    }
    case Physical.FLOAT:
      return bytes.length === 4 ? numberOf(viewOf(bytes).getFloat32(0, true)) : undefined;
    case Physical.DOUBLE:
      return bytes.length === 8 ? numberOf(viewOf(bytes).getFloat64(0, true)) : undefined;
    case Physical.FIXED:
    case Physical.BYTE_ARRAY:
      if (type.kind === "utf8") return textOf(bytes, side);
      if (type.kind !== "decimal" || bytes.length === 0) return undefined;
      return decimalOfBytes(bytes, 0, bytes.length);
    default:
      return undefined;
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** NaN is in no order. Which zero a writer meant is unknown, and they compare the same. */
function numberOf(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value + 0;
}

/** Some writers cut bounds in the middle of a character: what is left of it only makes a lower bound lower. */
function textOf(bytes: Uint8Array, side: "min" | "max"): string | undefined {
  for (let cut = 0; cut <= (side === "min" ? 3 : 0); cut++) {
    try {
      return decoder.decode(bytes.subarray(0, Math.max(0, bytes.length - cut)));
    } catch {
      continue;
    }
  }
  return undefined;
}
