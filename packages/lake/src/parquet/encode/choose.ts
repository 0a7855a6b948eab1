import type { WriteLeaf } from "../schema/write-tree.ts";
import { Physical } from "../format/constants.ts";
import { bitWidth } from "../format/bits.ts";
import {
  bitsLayout,
  bytesOf,
  codesLayout,
  codesOfText,
  deltaLayout,
  isInteger,
  type Layout,
  plainEntries,
  plainLayout,
  textLayout,
  textOfCodes,
} from "./layout.ts";
import { dictionaryOf32, dictionaryOf64 } from "./number-dictionary.ts";
import type { Codes, FixedBytes, Values, VarBytes, Words32, Words64 } from "./values.ts";

/** A dictionary of more bytes than this makes readers hold too much for what it saves. */
const MOST_DICTIONARY_BYTES = 1 << 20;
/** A dictionary must save this share: reading through it costs a step. */
const WORTH_A_DICTIONARY = 0.8;

export interface Choice {
  readonly layout: Layout;
  /** The values, text as codes where that was found out. */
  readonly values: Values;
  /** Values that the smallest and the largest are among: the entries of a dictionary are fewer. */
  readonly distinct: Values;
}

/** The layout that makes the values of a chunk small, and what makes their extremes cheap to find. */
export function chooseLayout(leaf: WriteLeaf, values: Values): Choice {
  switch (values.kind) {
    case "bits":
      return { layout: bitsLayout(values), values, distinct: values };
    case "words32":
    case "words64":
      return chooseForNumbers(leaf, values);
    case "fixed":
      return { layout: chooseForFixed(values), values, distinct: values };
    case "bytes":
    case "codes": {
      const codes = values.kind === "codes" ? values : codesOfText(values);
      const known = codes ?? values;
      return { layout: chooseForText(codes, values), values: known, distinct: known };
    }
  }
}

function chooseForNumbers(leaf: WriteLeaf, values: Words32 | Words64): Choice {
  const width = values.kind === "words64" ? 8 : 4;
  const { count } = values;
  const delta = isInteger(leaf.type.type) && count > 0 ? deltaLayout(values) : undefined;
  const most = mostEntries(count, width);
  const dictionary =
    values.kind === "words64"
      ? dictionaryOf64(values.words, count, most)
      : dictionaryOf32(values.words, count, most);
  if (!dictionary) return { layout: delta ?? plainLayout(values), values, distinct: values };
  const { codes, words, size } = dictionary;
  const entries = { ...values, words, count: size } as Words32 | Words64;
  const bytes = size * width + packedBytes(count, size);
  const layout =
    delta && delta.bytes < bytes
      ? delta
      : bytes < WORTH_A_DICTIONARY * count * width
        ? codesLayout(codes, bytesOf(entries), size)
        : plainLayout(values);
  return { layout, values, distinct: entries };
}

function chooseForFixed(values: FixedBytes): Layout {
  const { width, count, bytes } = values;
  const offsets = Int32Array.from({ length: count + 1 }, (_, i) => i * width);
  const codes = codesOfText({ kind: "bytes", count, bytes, offsets });
  if (!codes) return plainLayout(values);
  const { dictionary } = codes;
  const encoded = dictionary.byteLength + packedBytes(count, dictionary.size);
  return encoded < WORTH_A_DICTIONARY * count * width
    ? codesLayout(codes.codes, dictionary.bytes.slice(0, dictionary.byteLength), dictionary.size)
    : plainLayout(values);
}

function chooseForText(codes: Codes | undefined, values: VarBytes | Codes): Layout {
  if (codes && worthwhile(codes)) {
    return codesLayout(codes.codes, plainEntries(codes.dictionary), codes.dictionary.size);
  }
  return textLayout(values.kind === "bytes" ? values : textOfCodes(values));
}

function worthwhile({ codes, count, dictionary }: Codes): boolean {
  const { offsets, size, byteLength } = dictionary;
  if (count === 0 || byteLength > 2 * MOST_DICTIONARY_BYTES) return false;
  const plain = count + totalSize(codes, offsets);
  return 4 * size + byteLength + packedBytes(count, size) < WORTH_A_DICTIONARY * plain;
}

/** Bytes of the entries that codes stand for. */
function totalSize(codes: Int32Array, offsets: Int32Array): number {
  let size = 0;
  for (let i = 0; i < codes.length; i++) size += offsets[codes[i]! + 1]! - offsets[codes[i]!]!;
  return size;
}

/** More distinct values than this, and even their codes would be no smaller. */
function mostEntries(count: number, width: number): number {
  return Math.min(
    Math.floor((WORTH_A_DICTIONARY * count * width) / (width + 1)),
    MOST_DICTIONARY_BYTES / width,
  );
}

function packedBytes(count: number, size: number): number {
  // One entry makes one run.
  return size < 2 ? 0 : (count * bitWidth(size - 1)) / 8;
}

/** Bytes of a value in statistics. */
export function storedWidth(leaf: WriteLeaf): number {
  switch (leaf.type.type) {
    case Physical.INT32:
    case Physical.FLOAT:
      return 4;
    case Physical.INT64:
    case Physical.DOUBLE:
      return 8;
    default:
      return leaf.type.typeLength ?? 0;
  }
}
