import { isAscii, isUtf8 } from "node:buffer";

/** How the text of a file is encoded. */
export type TextEncoding = "utf-8" | "windows-1252" | "iso-8859-1" | "utf-16le";

export const textEncodings: readonly TextEncoding[] = [
  "utf-8",
  "windows-1252",
  "iso-8859-1",
  "utf-16le",
];

/** Reads text of one encoding out of bytes. */
export interface RecordText {
  /** Text in which a character stands where its byte does; undefined where characters have several bytes. */
  aligned(bytes: Buffer): string | undefined;
  /** The text of a record; a copy of its bytes where they are none of this encoding. */
  whole(bytes: Buffer): string | Uint8Array;
}

/** Bytes of UTF-16 have been made UTF-8 by the time records are searched. */
export function recordText(encoding: TextEncoding): RecordText {
  switch (encoding) {
    case "utf-8":
    case "utf-16le":
      return {
        aligned: (bytes) => (isAscii(bytes) ? bytes.toString("latin1") : undefined),
        whole: (bytes) => (isUtf8(bytes) ? bytes.toString("utf8") : Uint8Array.from(bytes)),
      };
    case "iso-8859-1":
      return oneByte((bytes) => bytes.toString("latin1"));
    case "windows-1252": {
      const decoder = new TextDecoder("windows-1252");
      return oneByte((bytes) =>
        isAscii(bytes) ? bytes.toString("latin1") : decoder.decode(bytes),
      );
    }
  }
}

function oneByte(decode: (bytes: Buffer) => string): RecordText {
  return { aligned: decode, whole: decode };
}
