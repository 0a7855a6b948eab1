import type { LogicalType, Table } from "@lakewright/core";
import type { Metadata, Protocol } from "../delta/actions.ts";
import { assertWritable, isEnabled } from "../delta/protocol.ts";

/** Properties that need a feature, with what reading needs for it. */
const PROPERTIES: readonly (readonly [string, string, boolean])[] = [
  ["delta.enableChangeDataFeed", "changeDataFeed", false],
  ["delta.enableInCommitTimestamps", "inCommitTimestamp", false],
  ["delta.enableDeletionVectors", "deletionVectors", true],
  ["delta.enableTypeWidening", "typeWidening", true],
];

/**
 * The lowest protocol that columns and properties need ("Table Features" of PROTOCOL.md).
 *
 * @throws LakeError LAKE_UNSUPPORTED_FEATURE for a property whose rules this package does not keep.
 */
export function protocolFor(table: Table, metadata: Metadata, location: string): Protocol {
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
