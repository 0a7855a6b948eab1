/** A short name for parts of text, 64 bits (FNV-1a, twice). Parts end: ["ab", "c"] is not ["a", "bc"]. */
export function digest(parts: readonly string[]): string {
  let a = 0x811c9dc5;
  let b = 0x9747b28c;
  for (const byte of new TextEncoder().encode(JSON.stringify(parts))) {
    a = Math.imul(a ^ byte, 0x01000193);
    b = Math.imul(b ^ byte, 0x01000193) ^ (b >>> 15);
  }
  const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, "0");
  return hex(a) + hex(b);
}
