import { CHECK_PREFIX, DEFAULT, GENERATED, IDENTITY, INVARIANT } from "../rules/table-rules.ts";
import type { Metadata, Protocol } from "../delta/log/actions.ts";
import { features, featuresOf, protocolWith } from "../delta/schema/features.ts";
import { MAPPING_MODE } from "../delta/schema/mapping-mode.ts";
import { assertWritable, isEnabled } from "../delta/schema/protocol.ts";
import { type DeltaType, parseSchema, visitFields } from "../delta/schema/schema-json.ts";
import { LakeError } from "../errors.ts";
import { invalidOption } from "../options.ts";

/** Properties that ask for a feature and are no part of the table: "delta.feature.deletionVectors": "supported". */
const FEATURE_PREFIX = "delta.feature.";
const LEAST_VERSIONS = ["delta.minReaderVersion", "delta.minWriterVersion"] as const;

/** Properties that need a feature where they are true. */
const SWITCHES: readonly (readonly [string, string])[] = [
  ["delta.enableChangeDataFeed", "changeDataFeed"],
  ["delta.enableInCommitTimestamps", "inCommitTimestamp"],
  ["delta.enableDeletionVectors", "deletionVectors"],
  ["delta.enableTypeWidening", "typeWidening"],
];

/** Metadata of fields that needs a feature. */
const FIELD_KEYS: readonly (readonly [string, string])[] = [
  [INVARIANT, "invariants"],
  [GENERATED, "generatedColumns"],
  [IDENTITY.start, "identityColumns"],
  [DEFAULT, "allowColumnDefaults"],
];

/**
 * The lowest protocol that columns and properties need ("Table Features" of PROTOCOL.md), no lower than the one the table
 * has.
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE for what this package does not write.
 */
export function protocolFor(metadata: Metadata, location: string, current?: Protocol): Protocol {
  const { configuration } = metadata;
  const needed = new Set<string>(askedFor(configuration));
  for (const [property, feature] of SWITCHES)
    if (isEnabled(metadata, property)) needed.add(feature);
  if ((configuration[MAPPING_MODE] ?? "none") !== "none") needed.add("columnMapping");
  if (configuration["delta.checkpointPolicy"] === "v2") needed.add("v2Checkpoint");
  if (Object.keys(configuration).some((key) => key.startsWith(CHECK_PREFIX))) {
    needed.add("checkConstraints");
  }
  visitFields(parseSchema(metadata.schemaString), (field) => {
    if (namesType(field.type, "timestamp_ntz")) needed.add("timestampNtz");
    // Spark counts NOT NULL among the invariants, and opens no table whose list lacks them then.
    if (!field.nullable) needed.add("invariants");
    for (const [key, feature] of FIELD_KEYS) {
      if (field.metadata[key] !== undefined) needed.add(feature);
    }
  });
  const listed = protocolWith(needed, current);
  // Version 2 implies it; a list must name it.
  const appendOnly =
    isEnabled(metadata, "delta.appendOnly") && !featuresOf(listed).has("appendOnly");
  const protocol = leastVersions(
    appendOnly ? protocolWith(new Set([...needed, "appendOnly"]), current) : listed,
    configuration,
  );
  assertWritable(protocol, withoutRequests(metadata), location);
  return protocol;
}

/** Metadata without the properties that only ask for a protocol. */
export function withoutRequests(metadata: Metadata): Metadata {
  const { configuration } = metadata;
  const kept = Object.entries(configuration).filter(
    ([name]) =>
      !name.startsWith(FEATURE_PREFIX) && !(LEAST_VERSIONS as readonly string[]).includes(name),
  );
  if (kept.length === Object.keys(configuration).length) return metadata;
  return { ...metadata, configuration: Object.fromEntries(kept) };
}

function askedFor(configuration: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(configuration).flatMap(([property, value]) => {
    if (!property.startsWith(FEATURE_PREFIX)) return [];
    const feature = property.slice(FEATURE_PREFIX.length);
    if (value !== "supported" && value !== "enabled") {
      throw invalidOption(`${property} is ${JSON.stringify(value)}; it must be "supported".`);
    }
    if (Object.hasOwn(features, feature)) return [feature];
    throw new LakeError(
      "LAKE_UNSUPPORTED_FEATURE",
      `No table is written with ${property} = ${value}.`,
      {
        hint: `The features that can be are ${Object.keys(features).join(", ")}.`,
        details: { features: [feature] },
      },
    );
  });
}

/** Versions raised to those asked for; from 7 on, to the list of the features the versions implied. */
function leastVersions(
  protocol: Protocol,
  configuration: Readonly<Record<string, string>>,
): Protocol {
  const [reader, writer] = LEAST_VERSIONS.map((name, k) => {
    const text = configuration[name];
    const version = text === undefined ? 0 : Number(text);
    const most = k === 0 ? 3 : 7;
    if (Number.isInteger(version) && version >= 0 && version <= most) return version;
    throw new LakeError(
      "LAKE_UNSUPPORTED_FEATURE",
      `No table is written with ${name} = ${text!}.`,
      {
        hint: `It is an integer from 1 to ${most}.`,
        details: { features: [`${name} ${text!}`] },
      },
    );
  }) as [number, number];
  const raised = {
    minReaderVersion: Math.max(protocol.minReaderVersion, reader),
    minWriterVersion: Math.max(protocol.minWriterVersion, writer, reader === 3 ? 7 : 0),
  };
  const same =
    raised.minReaderVersion === protocol.minReaderVersion &&
    raised.minWriterVersion === protocol.minWriterVersion;
  if (same) return protocol;
  if (raised.minWriterVersion < 7) return raised;
  const names = [...featuresOf(protocol)].sort();
  return {
    ...raised,
    ...(raised.minReaderVersion === 3
      ? { readerFeatures: names.filter((name) => features[name]?.reads) }
      : {}),
    writerFeatures: names,
  };
}

function namesType(type: DeltaType, name: string): boolean {
  if (typeof type === "string") return type === name;
  switch (type.type) {
    case "struct":
      return false; // its fields are visited themselves
    case "array":
      return namesType(type.elementType, name);
    case "map":
      return namesType(type.keyType, name) || namesType(type.valueType, name);
  }
}
