import type { LogicalType, Table } from "@lakewright/core";
import type { Metadata, Protocol } from "../delta/actions.ts";
import { LakeError } from "../errors.ts";
import { assertWritable, isEnabled } from "../delta/protocol.ts";

/** Properties that need a feature, with what reading needs for it. */
const PROPERTIES: readonly (readonly [string, string, boolean])[] = [
  ["delta.enableChangeDataFeed", "changeDataFeed", false],
  ["delta.enableInCommitTimestamps", "inCommitTimestamp", false],
  ["delta.enableDeletionVectors", "deletionVectors", true],
  ["delta.enableTypeWidening", "typeWidening", true],
];

/** Properties by which a table would ask for what it is not created with, and the values that do. */
const NOT_CREATED: Readonly<Record<string, (value: string) => boolean>> = {
  "delta.columnMapping.mode": (value) => value !== "none",
  "delta.checkpointPolicy": (value) => value !== "classic",
  "delta.minReaderVersion": () => true,
  "delta.minWriterVersion": () => true,
};

/**
 * The lowest protocol that columns and properties need ("Table Features" of PROTOCOL.md).
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE for a property whose rules this package does not keep.
 */
export function protocolFor(table: Table, metadata: Metadata, location: string): Protocol {
  assertCreatable(metadata);
  const writer = new Set<string>();
  const reader = new Set<string>();
  const need = (feature: string, reads: boolean): void => {
    writer.add(feature);
    if (reads) reader.add(feature);
  };
  for (const { column } of table.fields) {
    if (hasNaiveTimestamp(column.type)) need("timestampNtz", true);
  }
  for (const [property, feature, reads] of PROPERTIES) {
    if (isEnabled(metadata, property)) need(feature, reads);
  }
  let protocol: Protocol = { minReaderVersion: 1, minWriterVersion: 2 };
  if (writer.size > 0) {
    // Version 2 implied these two; a list must name them.
    if (isEnabled(metadata, "delta.appendOnly")) writer.add("appendOnly");
    const writerFeatures = [...writer].sort();
    protocol =
      reader.size > 0
        ? {
            minReaderVersion: 3,
            minWriterVersion: 7,
            readerFeatures: [...reader].sort(),
            writerFeatures,
          }
        : { minReaderVersion: 1, minWriterVersion: 7, writerFeatures };
  }
  assertWritable(protocol, metadata, location);
  return protocol;
}

function assertCreatable({ configuration }: Metadata): void {
  for (const [property, value] of Object.entries(configuration)) {
    const asks = Object.hasOwn(NOT_CREATED, property)
      ? NOT_CREATED[property]!(value)
      : property.startsWith("delta.feature.");
    if (!asks) continue;
    throw new LakeError(
      "LAKE_UNSUPPORTED_FEATURE",
      `createTable: no table is created with ${property} = ${value}.`,
      {
        hint: "Leave the property out: the protocol is the lowest that columns and properties need.",
        details: { features: [property] },
      },
    );
  }
}

function hasNaiveTimestamp(type: LogicalType): boolean {
  switch (type.kind) {
    case "timestamp":
      return !type.utc;
    case "list":
      return hasNaiveTimestamp(type.item.type);
    case "map":
      return hasNaiveTimestamp(type.key.type) || hasNaiveTimestamp(type.value.type);
    case "struct":
      return Object.values(type.fields).some((field) => hasNaiveTimestamp(field.type));
    default:
      return false;
  }
}
