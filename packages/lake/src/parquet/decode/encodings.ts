import { Encoding, nameOf } from "../format/constants.ts";
import { unsupported } from "../format/malformed.ts";

/** A page in an encoding that its type does not have. */
export function notRead(encoding: number): Error {
  return unsupported(
    `A page is encoded as ${nameOf(Encoding, encoding)}, which is not read for its type.`,
    "Write the file anew with one of the encodings of the Parquet format.",
  );
}
