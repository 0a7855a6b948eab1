import { type Data, DataType } from "apache-arrow";
import { restartedDictionary } from "./byte-dictionary.ts";
import type { Part } from "./levels.ts";
import { hasNulls } from "./levels.ts";
import { scratchBytes, scratchInt32 } from "./scratch.ts";
import type { Codes, VarBytes } from "./values.ts";
import { LakeError } from "../../errors.ts";

/** Above this many bytes the offsets of a column chunk no longer fit 32 bits. */
const MOST_BYTES = 0x7fff_ffff;

/** Text or bytes: as codes where every part is a dictionary, else one after the other. */
export function gatherText(parts: readonly Part[], count: number): VarBytes | Codes {
  const dictionaries = parts.filter(({ data }) => DataType.isDictionary(data.type));
  if (parts.length > 0 && dictionaries.length === parts.length) return gatherCodes(parts, count);
  return gatherBytes(parts, count);
}

function gatherCodes(parts: readonly Part[], count: number): Codes {
  const dictionary = restartedDictionary();
  const codes = scratchInt32(count);
  let out = 0;
  for (const part of parts) {
    const { from, to, indices } = part;
    const source = codesOf(part.data);
    const entries = entriesOf(part.data);
    // Entries get their number when they are first used: those never used are left out.
    const renumbered = new Int32Array(entries.offsets.length - 1).fill(-1);
    const size = indices?.length ?? to - from;
    for (let done = 0; done < size;) {
      done = renumber(source, indices, from, done, size, renumbered, codes, out);
      if (done === size) break;
      const code = source[indices ? indices[done]! : from + done]!;
      if (renumbered[code] === undefined) throw badCode(code, renumbered.length);
      renumbered[code] = dictionary.add(
        entries.bytes,
        entries.offsets[code]!,
        entries.offsets[code + 1]!,
      );
    }
    out += size;
  }
  return { kind: "codes", count, codes, dictionary };
}

/** Renumbers the codes from `done` on up to the first that has no number yet; the position of that one, or `size`. */
function renumber(
  source: ArrayLike<number>,
  indices: Int32Array | undefined,
  from: number,
  done: number,
  size: number,
  renumbered: Int32Array,
  codes: Int32Array,
  out: number,
): number {
  for (let k = done; k < size; k++) {
    const renamed = renumbered[source[indices ? indices[k]! : from + k]!];
    if (renamed === undefined || renamed < 0) return k;
    codes[out + k] = renamed;
  }
  return size;
}

function gatherBytes(parts: readonly Part[], count: number): VarBytes {
  const pieces = parts.map((part) =>
    DataType.isDictionary(part.data.type) ? spread(part) : plain(part),
  );
  const total = pieces.reduce((sum, piece) => sum + sizeOf(piece), 0);
  if (total > MOST_BYTES) {
    throw new LakeError(
      "LAKE_UNSUPPORTED_PARQUET",
      `A row group would hold ${total} bytes of one text or binary column; the most is ${MOST_BYTES}.`,
      { hint: "Write fewer rows a row group: the option `rowGroupRows`." },
    );
  }
  const offsets = scratchInt32(count + 1);
  const bytes = scratchBytes(total);
  offsets[0] = 0;
  let out = 0;
  for (const { source, ends, from, to, indices } of pieces) {
    const size = indices?.length ?? to - from;
    const start = offsets[out]!;
    const first = ends[from]!;
    const contiguous = takeOffsets(ends, indices, from, size, offsets, out);
    out += size;
    // Null slots mostly hold no bytes: the values then lie side by side.
    if (contiguous) {
      bytes.set(source.subarray(first, first + offsets[out]! - start), start);
    } else {
      for (let k = 0; k < size; k++) {
        const i = indices![k]!;
        bytes.set(source.subarray(ends[i]!, ends[i + 1]!), offsets[out - size + k]!);
      }
    }
  }
  return { kind: "bytes", count, offsets, bytes };
}

/** The offsets of values that are put one after the other; whether they lie so in the source, too. */
function takeOffsets(
  ends: Int32Array,
  indices: Int32Array | undefined,
  from: number,
  size: number,
  offsets: Int32Array,
  out: number,
): boolean {
  const start = offsets[out]!;
  const first = ends[from]!;
  let contiguous = true;
  for (let k = 0; k < size; k++) {
    const i = indices ? indices[k]! : from + k;
    const end = offsets[out + k]!;
    if (ends[i]! - first !== end - start) contiguous = false;
    offsets[out + k + 1] = end + ends[i + 1]! - ends[i]!;
  }
  return contiguous;
}

/** Byte strings: value i of [from, to), or of `indices`, is bytes [ends[i], ends[i + 1]) of the source. */
interface TextPart {
  readonly source: Uint8Array;
  readonly ends: Int32Array;
  readonly from: number;
  readonly to: number;
  readonly indices?: Int32Array | undefined;
}

function plain({ data, from, to, indices }: Part): TextPart {
  return {
    source: data.values as Uint8Array,
    ends: data.valueOffsets as Int32Array,
    from,
    to,
    indices,
  };
}

function sizeOf({ ends, from, to, indices }: TextPart): number {
  if (!indices) return ends[to]! - ends[from]!;
  let size = 0;
  for (let k = 0; k < indices.length; k++) size += ends[indices[k]! + 1]! - ends[indices[k]!]!;
  return size;
}

/** A dictionary part as a plain one, for a column that is a dictionary in some batches only. */
function spread({ data, from, to, indices }: Part): TextPart {
  const source = codesOf(data);
  const entries = entriesOf(data);
  const count = indices?.length ?? to - from;
  const offsets = new Int32Array(count + 1);
  for (let k = 0; k < count; k++) {
    const code = source[indices ? indices[k]! : from + k]!;
    const end = entries.offsets[code + 1];
    if (end === undefined) throw badCode(code, entries.offsets.length - 1);
    offsets[k + 1] = offsets[k]! + end - entries.offsets[code]!;
  }
  const bytes = new Uint8Array(offsets[count]!);
  for (let k = 0; k < count; k++) {
    const code = source[indices ? indices[k]! : from + k]!;
    bytes.set(
      entries.bytes.subarray(entries.offsets[code]!, entries.offsets[code + 1]!),
      offsets[k]!,
    );
  }
  return { source: bytes, ends: offsets, from: 0, to: count };
}

function codesOf(data: Data): ArrayLike<number> {
  const codes = data.values as Int32Array | BigInt64Array;
  return codes instanceof BigInt64Array || codes instanceof BigUint64Array
    ? Float64Array.from(codes, Number)
    : codes;
}

function entriesOf(data: Data): { readonly offsets: Int32Array; readonly bytes: Uint8Array } {
  const chunks = data.dictionary?.data ?? [];
  if (chunks.some((chunk) => hasNulls(chunk, 0, chunk.length))) {
    throw new LakeError(
      "LAKE_SCHEMA_MISMATCH",
      "A dictionary column has a null among its values.",
      {
        hint: "Mark nulls in the column itself, or pass it as plain text.",
      },
    );
  }
  if (chunks.length === 1) {
    const [chunk] = chunks as [Data];
    return {
      offsets: (chunk.valueOffsets as Int32Array).subarray(0, chunk.length + 1),
      bytes: chunk.values as Uint8Array,
    };
  }
  const count = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const parts = chunks.map((data) => ({ data, from: 0, to: data.length, count: data.length }));
  return gatherBytes(parts, count);
}

function badCode(code: number, size: number): LakeError {
  return new LakeError(
    "LAKE_SCHEMA_MISMATCH",
    `A dictionary column has the code ${code}, and its dictionary has ${size} values.`,
    {
      hint: "The batch was not built properly: every code must be below the size of the dictionary.",
    },
  );
}
