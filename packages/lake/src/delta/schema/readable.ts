import { LakeError } from "../../errors.ts";
import type { Metadata, Protocol } from "../log/actions.ts";
import { unsupported } from "./unsupported.ts";

/** Features a reader must know ("Valid Feature Names in Table Features" of PROTOCOL.md). */
export const READS: ReadonlySet<string> = new Set([
  "columnMapping",
  "deletionVectors",
  "timestampNtz",
  "v2Checkpoint",
  "vacuumProtocolCheck",
  "typeWidening",
  "typeWidening-preview",
  "variantType",
  "variantType-preview",
]);

/** Newest version without a list of features. */
const LEGACY_READER = 2;

/**
 * Refuses a table whose data this package would misread.
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE naming the features, LAKE_CORRUPT_LOG for a protocol that contradicts itself.
 */
export function assertReadable(protocol: Protocol, location: string): void {
  const { minReaderVersion: version, readerFeatures } = protocol;
  if (version > 3 || version < 1) throw unsupportedVersion("reader", version, 3, location);
  if (version === 3 && readerFeatures === undefined) {
    throw new LakeError(
      "LAKE_CORRUPT_LOG",
      `The protocol of ${location} has reader version 3 and no readerFeatures.`,
    );
  }
  if (version <= LEGACY_READER) return;
  const unknown = (readerFeatures ?? []).filter((feature) => !READS.has(feature));
  if (unknown.length > 0) throw unsupported("read", unknown, location);
}

/** Whether the table has opted into a feature, by a list or by its version. */
export function hasWriterFeature(protocol: Protocol, feature: string, legacyVersion = 8): boolean {
  const { minWriterVersion: version, writerFeatures } = protocol;
  return version >= 7 ? (writerFeatures ?? []).includes(feature) : version >= legacyVersion;
}

/** Whether a table property is set to true. */
export function isEnabled(metadata: Metadata, property: string): boolean {
  return metadata.configuration[property]?.toLowerCase() === "true";
}

export function unsupportedVersion(
  kind: "reader" | "writer",
  version: number,
  newest: number,
  location: string,
): LakeError {
  return new LakeError(
    "LAKE_UNSUPPORTED_FEATURE",
    `Table ${location} needs ${kind} version ${version}; this package knows 1 to ${newest}.`,
    {
      hint: "Read it with the engine that wrote it, or update this package.",
      details: { location, features: [`${kind} version ${version}`] },
    },
  );
}
