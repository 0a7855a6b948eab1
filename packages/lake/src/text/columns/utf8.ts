/** Whether the bytes [from, to) are UTF-8 as the Unicode Standard has it: nothing overlong, no surrogates, nothing beyond U+10FFFF. */
export function isUtf8(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to;) {
    const c = bytes[at]!;
    if (c < 0x80) {
      at++;
      continue;
    }
    const more =
      c >= 0xc2 && c <= 0xdf ? 1 : c >= 0xe0 && c <= 0xef ? 2 : c >= 0xf0 && c <= 0xf4 ? 3 : 0;
    if (more === 0 || at + more >= to) return false;
    const second = bytes[at + 1]!;
    const least = c === 0xe0 ? 0xa0 : c === 0xf0 ? 0x90 : 0x80;
    const most = c === 0xed ? 0x9f : c === 0xf4 ? 0x8f : 0xbf;
    if (second < least || second > most) return false;
    for (let k = 2; k <= more; k++) if ((bytes[at + k]! & 0xc0) !== 0x80) return false;
    at += more + 1;
  }
  return true;
}
