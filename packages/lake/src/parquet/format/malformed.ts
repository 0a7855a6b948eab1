import { isLakewrightError } from "@lakewright/core";
import { LakeError } from "../../errors.ts";

/** Bytes that are no Parquet; whoever knows where they stand makes a LakeError of it. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

/** A page of a kind that is not read; likewise. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** The error as a LakeError that names the place: `column "city", row group 3 of the Parquet file`. */
export function placed(error: unknown, place: string): unknown {
  if (isLakewrightError(error)) return error;
  if (error instanceof Unreadable)
    return unsupported(`${capitalised(place)} is not read: ${error.message}`, error.hint);
  const isMalformed = error instanceof Malformed;
  // Sizes that cannot be allocated count as well.
  const isOfBytes = error instanceof RangeError || isOfDecompressor(error);
  if (!isMalformed && !isOfBytes) return error;
  return new LakeError(
    "LAKE_CORRUPT_PARQUET",
    `${capitalised(place)} cannot be decoded: ${(error as Error).message}`,
    {
      hint: "The bytes are damaged or no Parquet: write the file anew, or restore it from its source.",
      details: { place },
      cause: error,
    },
  );
}

/** What Node's zlib and crypto say of their input. An abort and errors of a store have codes, too, and are none of these. */
function isOfDecompressor(error: unknown): boolean {
  const code: unknown = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^(?:Z_|ZSTD_|ERR_)/.test(code);
}

/** A file of a kind that is not read. */
export function unsupported(message: string, hint: string): LakeError {
  return new LakeError("LAKE_UNSUPPORTED_PARQUET", message, { hint });
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
