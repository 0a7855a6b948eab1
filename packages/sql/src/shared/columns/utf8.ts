import { isUtf8 } from "node:buffer";
import { SqlError } from "../../errors.ts";

/**
 * Every value is UTF-8 where all of them together are and none starts in the middle of a character.
 *
 * @throws SqlError SQL_LOAD_FAILED
 */
export function assertUtf8(
  name: string,
  content: Uint8Array,
  offsets: ArrayLike<number | bigint>,
  first: number,
  count: number,
): void {
  let sound = isUtf8(content);
  const low = Number(offsets[first]);
  for (let i = 0; sound && i < count; i++) {
    const start = Number(offsets[first + i]) - low;
    sound = start === content.length || (content[start]! & 0xc0) !== 0x80;
  }
  if (sound) return;
  throw new SqlError("SQL_LOAD_FAILED", `Column "${name}" has text that is no UTF-8.`, {
    hint: "Load it as binary, or decode it before.",
    details: { column: name },
  });
}
