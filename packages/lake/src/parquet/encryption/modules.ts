import { LakeError } from "../../errors.ts";
import { Malformed } from "../format/malformed.ts";
import { type Ciphers, joined, NONCE_BYTES, TAG_BYTES } from "./ciphers.ts";

/** Parts of a file that are encrypted one by one, as "Parquet Modular Encryption" numbers them. */
export const Module = {
  FOOTER: 0,
  COLUMN_METADATA: 1,
  DATA_PAGE: 2,
  DICTIONARY_PAGE: 3,
  DATA_PAGE_HEADER: 4,
  DICTIONARY_PAGE_HEADER: 5,
} as const;

const LENGTH_BYTES = 4;

/** Where a module is: row group, column and page, as far as it has them. */
export type Ordinals = readonly number[];

/** Seals and opens the modules of one file with one key. */
export class ModuleCipher {
  private readonly ciphers: Ciphers;
  private readonly key: Uint8Array;
  private readonly fileAad: Uint8Array;
  private readonly streamsPages: boolean;

  constructor(ciphers: Ciphers, key: Uint8Array, fileAad: Uint8Array, streamsPages: boolean) {
    this.ciphers = ciphers;
    this.key = key;
    this.fileAad = fileAad;
    this.streamsPages = streamsPages;
  }

  /** The module: its length, a nonce, the sealed bytes. */
  seal(module: number, ordinals: Ordinals, plain: Uint8Array): Uint8Array {
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
    const sealed = this.isStream(module)
      ? this.ciphers.stream(this.key, nonce, plain)
      : this.ciphers.seal(this.key, nonce, this.aad(module, ordinals), plain);
    const length = new Uint8Array(LENGTH_BYTES);
    new DataView(length.buffer).setUint32(0, NONCE_BYTES + sealed.length, true);
    return joined(length, nonce, sealed);
  }

  /** The content of the module that begins at a position, and where the next one begins. */
  open(
    module: number,
    ordinals: Ordinals,
    bytes: Uint8Array,
    at: number = 0,
  ): { readonly plain: Uint8Array; readonly end: number } {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const from = at + LENGTH_BYTES;
    const length = from <= bytes.length ? view.getUint32(at, true) : 0;
    const isStream = this.isStream(module);
    const end = from + length;
    if (length < NONCE_BYTES + (isStream ? 0 : TAG_BYTES) || end > bytes.length)
      throw new Malformed("an encrypted part leads past its end.");
    const nonce = bytes.subarray(from, from + NONCE_BYTES);
    const sealed = bytes.subarray(from + NONCE_BYTES, end);
    if (isStream) return { plain: this.ciphers.stream(this.key, nonce, sealed), end };
    try {
      const plain = this.ciphers.open(this.key, nonce, this.aad(module, ordinals), sealed);
      return { plain, end };
    } catch (cause) {
      throw wrongKey(cause);
    }
  }

  /** The nonce and tag by which a footer that stays readable is signed. */
  sign(footer: Uint8Array): Uint8Array {
    const sealed = this.seal(Module.FOOTER, [], footer);
    const nonce = sealed.subarray(LENGTH_BYTES, LENGTH_BYTES + NONCE_BYTES);
    return joined(nonce, sealed.subarray(sealed.length - TAG_BYTES));
  }

  /** @throws LakeError LAKE_ENCRYPTED where the signature is another. */
  verify(footer: Uint8Array, signature: Uint8Array): void {
    const nonce = signature.subarray(0, NONCE_BYTES);
    const sealed = this.ciphers.seal(this.key, nonce, this.aad(Module.FOOTER, []), footer);
    const tag = sealed.subarray(sealed.length - TAG_BYTES);
    if (tag.some((byte, k) => byte !== signature[NONCE_BYTES + k])) throw wrongKey(undefined);
  }

  private isStream(module: number): boolean {
    return this.streamsPages && (module === Module.DATA_PAGE || module === Module.DICTIONARY_PAGE);
  }

  private aad(module: number, ordinals: Ordinals): Uint8Array {
    const suffix = new Uint8Array(1 + 2 * ordinals.length);
    suffix[0] = module;
    const view = new DataView(suffix.buffer);
    ordinals.forEach((ordinal, k) => view.setInt16(1 + 2 * k, ordinal, true));
    return joined(this.fileAad, suffix);
  }
}

/** A tag does not fit: the key is another, or the bytes were changed. */
function wrongKey(cause: unknown): LakeError {
  return new LakeError(
    "LAKE_ENCRYPTED",
    "A part of the Parquet file does not decrypt with its key.",
    {
      hint: "The key or the AAD prefix is not the one it was written with, or the bytes were changed since.",
      cause,
    },
  );
}
