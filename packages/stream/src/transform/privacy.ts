import { checkOptions, invalidOption } from "../options.ts";
import { hmacSha256 } from "./sha256.ts";
import type { Transform } from "./transform.ts";

/** Rows that have these columns as text. */
export type TextColumns<Name extends string> = { readonly [N in Name]: string | null };

export interface PseudonymiseOptions {
  /** Written before each pseudonym: the id of the key, so that keys can be changed. Default none. */
  readonly prefix?: string | undefined;
}

export interface MaskOptions {
  /** Characters left at the end. Default 4. */
  readonly keepEnd?: number | undefined;
  /** Stands for each character taken out. Default "*". */
  readonly with?: string | undefined;
}

const MIN_KEY_BYTES = 16;

/**
 * Replaces text by a pseudonym: HMAC-SHA-256 under the key, 64 hexadecimal digits. The same text gives the same
 * pseudonym in every column, table and run under that key, so joins hold; without the key nobody can try names.
 * null stays null. Dead letters hold records as they came.
 *
 * @param key - at least 16 random bytes, or text of as many bytes
 * @throws StreamError STREAM_INVALID_OPTION for a shorter key; while it runs a column that is missing or no text makes
 * the record a dead letter.
 */
export function pseudonymise<const Name extends string>(
  columns: readonly Name[],
  key: Uint8Array | string,
  options: PseudonymiseOptions = {},
): Transform<TextColumns<Name>, never> {
  checkOptions("pseudonymise", options, ["prefix"]);
  const bytes = typeof key === "string" ? new TextEncoder().encode(key) : key;
  if (bytes.length < MIN_KEY_BYTES) {
    throw invalidOption(
      `The key of pseudonymise has ${bytes.length} bytes; it needs at least ${MIN_KEY_BYTES}.`,
      "Make one with crypto.getRandomValues(new Uint8Array(32)), and keep it secret.",
    );
  }
  const { prefix = "" } = options;
  const hmac = hmacSha256(bytes);
  return replaceText("pseudonymise", columns, (text) => prefix + hmac(text));
}

/**
 * Replaces all but the last characters of text by "*". Text no longer than what would be left is replaced whole.
 * null stays null.
 *
 * @throws StreamError STREAM_INVALID_OPTION for a `keepEnd` that is no whole number from 0.
 */
export function mask<const Name extends string>(
  columns: readonly Name[],
  options: MaskOptions = {},
): Transform<TextColumns<Name>, never> {
  checkOptions("mask", options, ["keepEnd", "with"]);
  const { keepEnd = 4, with: sign = "*" } = options;
  if (!Number.isInteger(keepEnd) || keepEnd < 0) {
    throw invalidOption(`mask keepEnd is ${keepEnd}; it must be a whole number from 0.`);
  }
  return replaceText("mask", columns, (text) => {
    const characters = [...text];
    const hidden = characters.length > keepEnd ? characters.length - keepEnd : characters.length;
    return sign.repeat(hidden) + characters.slice(hidden).join("");
  });
}

/** The row it gives is of the type of the row it got: `never` lets it stand among steps for any row type. */
function replaceText<Name extends string>(
  verb: string,
  columns: readonly Name[],
  replace: (text: string) => string,
): Transform<TextColumns<Name>, never> {
  if (columns.length === 0) throw invalidOption(`${verb} has no columns.`);
  return {
    name: `${verb}:${columns.join(",")}`,
    apply: (row) => {
      const result: Record<string, string | null> = { ...row };
      for (const column of columns) {
        const value: unknown = row[column];
        if (value === null) continue;
        if (typeof value !== "string") {
          throw new TypeError(
            `column "${column}" holds ${value === undefined ? "nothing" : `a ${typeof value}`}, no text.`,
          );
        }
        result[column] = replace(value);
      }
      return result as never;
    },
  };
}
