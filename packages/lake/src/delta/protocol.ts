import { LakeError } from "../errors.ts";
import type { Metadata, Protocol } from "./actions.ts";
import { type DeltaField, type DeltaType, parseSchema } from "./schema-json.ts";

/** Features a reader must know ("Valid Feature Names in Table Features" of PROTOCOL.md). */
const READS: ReadonlySet<string> = new Set([
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

/** Features a writer must know; some only as long as the table makes no use of them, see {@link activeObstacles}. */
const WRITES: ReadonlySet<string> = new Set([
  ...READS,
  "appendOnly",
  "invariants",
  "checkConstraints",
  "changeDataFeed",
  "generatedColumns",
  "identityColumns",
  "allowColumnDefaults",
  "domainMetadata",
  "inCommitTimestamp",
]);

/** Newest versions without a list of features. */
const LEGACY_READER = 2;
const LEGACY_WRITER = 6;

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

/**
 * Refuses a table this package cannot write to without breaking a rule other writers keep.
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE naming the features.
 */
export function assertWritable(protocol: Protocol, metadata: Metadata, location: string): void {
  assertReadable(protocol, location);
  const { minWriterVersion: version, writerFeatures } = protocol;
  if (version > 7 || version < 1) throw unsupportedVersion("writer", version, 7, location);
  const unknown =
    version <= LEGACY_WRITER
      ? []
      : (writerFeatures ?? []).filter((feature) => !WRITES.has(feature));
  const obstacles = [...unknown, ...activeObstacles(metadata)];
  if (obstacles.length > 0) throw unsupported("write to", obstacles, location);
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

/** How columns are told apart in data files: by the names of the schema, by physical names, by field ids. */
export type MappingMode = "none" | "name" | "id";

/** @throws LakeError LAKE_UNSUPPORTED_FEATURE for a mode the protocol does not have. */
export function mappingMode(protocol: Protocol, metadata: Metadata): MappingMode {
  const mode = metadata.configuration["delta.columnMapping.mode"] ?? "none";
  if (mode !== "none" && mode !== "name" && mode !== "id") {
    throw unsupported("read", [`columnMapping mode ${mode}`], "the table");
  }
  const { minReaderVersion: version, readerFeatures } = protocol;
  const supported = version === 2 || (readerFeatures ?? []).includes("columnMapping");
  return supported ? mode : "none";
}

/** What the table makes use of that a writer would have to compute or check, and this package does not. */
function activeObstacles({ configuration, schemaString }: Metadata): string[] {
  const found = new Set<string>();
  for (const [key, value] of Object.entries(configuration)) {
    if (key.startsWith("delta.constraints.")) found.add(`checkConstraints (${value})`);
    if (/^delta\.enableIcebergCompat/.test(key) && value === "true") found.add(key);
  }
  if (configuration["delta.enableRowTracking"] === "true") found.add("rowTracking");
  visitFields(parseSchema(schemaString), (field) => {
    const has = (key: string): boolean => field.metadata[key] !== undefined;
    if (has("delta.invariants")) found.add(`invariants (column ${field.name})`);
    if (has("delta.generationExpression")) found.add(`generatedColumns (column ${field.name})`);
    if (has("delta.identity.start")) found.add(`identityColumns (column ${field.name})`);
    if (has("CURRENT_DEFAULT")) found.add(`allowColumnDefaults (column ${field.name})`);
    if (field.type === "variant" || field.type === "void") {
      found.add(`${field.type} (column ${field.name})`);
    }
  });
  return [...found];
}

function visitFields(fields: readonly DeltaField[], visit: (field: DeltaField) => void): void {
  const into = (type: DeltaType): void => {
    if (typeof type === "string") return;
    if (type.type === "struct") visitFields(type.fields, visit);
    else if (type.type === "array") into(type.elementType);
    else {
      into(type.keyType);
      into(type.valueType);
    }
  };
  for (const field of fields) {
    visit(field);
    into(field.type);
  }
}

function unsupported(verb: string, features: readonly string[], location: string): LakeError {
  return new LakeError(
    "LAKE_UNSUPPORTED_FEATURE",
    `Cannot ${verb} ${location}: the table uses ${features.join(", ")}.`,
    {
      hint: "Use the engine that wrote the table, or drop the feature with it (ALTER TABLE … DROP FEATURE).",
      details: { location, features },
    },
  );
}

function unsupportedVersion(
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
