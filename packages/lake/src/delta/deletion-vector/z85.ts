const ALPHABET =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
const DIGITS = new Map([...ALPHABET].map((character, value) => [character, value]));
const PAD = "#";

/**
 * Decodes Z85 (ZeroMQ RFC 32): five characters a big-endian word. Undefined where the text is none.
 *
 * A group that begins with "#" is the padding of the Rust crate z85: as many bytes less; no word of 32 bits begins so.
 */
export function decodeZ85(text: string): Uint8Array | undefined {
  if (text.length % 5 !== 0) return undefined;
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 5) {
    let padding = 0;
    while (padding < 4 && text[at + padding] === PAD) padding++;
    let word = 0;
    for (let k = at + padding; k < at + 5; k++) {
      const digit = DIGITS.get(text[k]!);
      if (digit === undefined) return undefined;
      word = word * 85 + digit;
    }
    const size = 4 - padding;
    if (word >= 256 ** size) return undefined;
    for (let k = size - 1; k >= 0; k--) bytes.push(Math.floor(word / 256 ** k) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Encodes bytes as Z85. A length that is no multiple of four is filled up with zeros, as Spark does. */
export function encodeZ85(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 4) {
    let word = 0;
    for (let k = 0; k < 4; k++) word = word * 256 + (bytes[at + k] ?? 0);
    let group = "";
    for (let k = 0; k < 5; k++) {
      group = ALPHABET[word % 85]! + group;
      word = Math.floor(word / 85);
    }
    text += group;
  }
  return text;
}
