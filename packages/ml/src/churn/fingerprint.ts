/** 32 bits of a text as eight hexadecimal digits: FNV-1a over UTF-16 code units. Tells versions apart, proves nothing. */
export function fingerprint(text: string): string {
  let hash = 0x811c_9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}
