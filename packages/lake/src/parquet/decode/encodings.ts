import { Encoding, nameOf } from "../format/constants.ts";
import { Unreadable } from "../format/malformed.ts";

/** A page in an encoding that its type does not have. */
export function notRead(encoding: number): Error {
  return new Unreadable(
    `its encoding is ${nameOf(Encoding, encoding)}, which its type does not have.`,
    "Write the file anew with one of the encodings of the Parquet format.",
  );
}
