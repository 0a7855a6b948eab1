import { crc32 } from "./crc32.ts";
import { nodeZlib } from "./zlib.ts";

/** The CRC-32 of a page, by zlib where the runtime has it. */
export function checksum(bytes: Uint8Array): number {
  return native ? native(bytes) : crc32(bytes);
}

const native = nodeZlib()?.crc32;
