import type { ByteDictionary } from "./byte-dictionary.ts";

/** The values of a column chunk that are there, one after the other, in the form the format stores. */
export type Values = Words32 | Words64 | FixedBytes | VarBytes | Codes | Bits;

/** INT32 and FLOAT. */
export interface Words32 {
  readonly kind: "words32";
  readonly count: number;
  readonly words: Int32Array;
}

/** INT64 and DOUBLE, two little-endian words a value. */
export interface Words64 {
  readonly kind: "words64";
  readonly count: number;
  readonly words: Uint32Array;
}

/** FIXED_LEN_BYTE_ARRAY: decimals, big-endian. */
export interface FixedBytes {
  readonly kind: "fixed";
  readonly count: number;
  readonly width: number;
  readonly bytes: Uint8Array;
}

/** BYTE_ARRAY: value i is bytes [offsets[i], offsets[i + 1]). */
export interface VarBytes {
  readonly kind: "bytes";
  readonly count: number;
  readonly offsets: Int32Array;
  readonly bytes: Uint8Array;
}

/** BYTE_ARRAY whose distinct values are known already. */
export interface Codes {
  readonly kind: "codes";
  readonly count: number;
  readonly codes: Int32Array;
  readonly dictionary: ByteDictionary;
}

/** BOOLEAN. */
export interface Bits {
  readonly kind: "bits";
  readonly count: number;
  readonly bits: Uint8Array;
}
