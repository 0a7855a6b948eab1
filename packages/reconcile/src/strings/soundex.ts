import { foldLatin } from "./fold.ts";

/** Digit of each letter A–Z; 0 for vowels, which part equal digits, "-" for H and W, which do not. */
const DIGITS = "01230120022455012623010202".replace(/./g, (digit, at: number) =>
  "HW".includes(String.fromCharCode(65 + at)) ? "-" : digit,
);

/**
 * The American Soundex code of a name: its first letter and three digits; "" where it has no letter of the Latin alphabet.
 * Accents are dropped; characters that are no letters part nothing.
 *
 * Source: United States National Archives, "Soundex System".
 */
export function soundex(name: string): string {
  let code = "";
  let last = "";
  for (const letter of foldLatin(name).toUpperCase()) {
    if (letter < "A" || letter > "Z") continue;
    const digit = DIGITS[letter.charCodeAt(0) - 65]!;
    if (code === "") {
      code = letter;
      last = digit;
    } else if (digit !== "-") {
      if (digit !== "0" && digit !== last) code += digit;
      if (code.length === 4) return code;
      last = digit;
    }
  }
  return code === "" ? "" : code.padEnd(4, "0");
}
