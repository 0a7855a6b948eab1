import { Alphabet } from "../strings/symbols.ts";

/** Texts by number as symbols: text k is symbols[starts[k]] … symbols[starts[k + 1] - 1]. */
export interface TextPool {
  readonly symbols: Uint16Array;
  readonly starts: Int32Array;
}

/** The pool of the texts of a column. */
export function textPool(texts: readonly string[]): TextPool {
  let length = 0;
  for (const text of texts) length += text.length;
  const symbols = new Uint16Array(length);
  const starts = new Int32Array(texts.length + 1);
  const alphabet = new Alphabet();
  let used = 0;
  texts.forEach((text, k) => {
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      const codePoint = (unit & 0xfc00) === 0xd800 ? text.codePointAt(i)! : unit;
      if (codePoint > 0xffff) i++;
      symbols[used++] = alphabet.symbolOf(codePoint);
    }
    starts[k + 1] = used;
  });
  return { symbols, starts };
}
