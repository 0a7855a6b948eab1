import { LakeError } from "../../errors.ts";

/** The error of a table that makes use of what this package does not read or write. */
export function unsupported(
  verb: string,
  features: readonly string[],
  location: string,
): LakeError {
  return new LakeError(
    "LAKE_UNSUPPORTED_FEATURE",
    `Cannot ${verb} ${location}: the table uses ${features.join(", ")}.`,
    {
      hint: "Use the engine that wrote the table, or drop the feature with it (ALTER TABLE … DROP FEATURE).",
      details: { location, features },
    },
  );
}
