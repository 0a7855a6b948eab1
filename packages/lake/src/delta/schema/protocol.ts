import { LENGTH, tableRules } from "../../rules/table-rules.ts";
import type { Metadata, Protocol } from "../log/actions.ts";
import { layoutOf } from "./layout.ts";
import { assertReadable, READS, unsupportedVersion } from "./readable.ts";
import { parseSchema, visitFields } from "./schema-json.ts";
import { unsupported } from "./unsupported.ts";

export { assertReadable, hasWriterFeature, isEnabled } from "./readable.ts";
export { type MappingMode, mappingMode } from "./mapping-mode.ts";

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
  // Where rows lie is for OPTIMIZE; what the domain says about it is kept.
  "clustering",
]);

/** Newest version without a list of features. */
const LEGACY_WRITER = 6;

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
  const obstacles = unknown.length > 0 ? unknown : activeObstacles(protocol, metadata, location);
  if (obstacles.length > 0) throw unsupported("write to", obstacles, location);
}

/** What the table makes use of that a writer would have to compute or check, and this package does not. */
function activeObstacles(protocol: Protocol, metadata: Metadata, location: string): string[] {
  const { configuration, schemaString } = metadata;
  const found = new Set<string>();
  for (const [key, value] of Object.entries(configuration)) {
    if (/^delta\.enableIcebergCompat/.test(key) && value === "true") found.add(key);
  }
  if (configuration["delta.enableRowTracking"] === "true") found.add("rowTracking");
  visitFields(parseSchema(schemaString), (field, depth) => {
    if (field.type === "variant") found.add(`variant (column ${field.name})`);
    if (field.type === "void" && depth > 0) found.add(`void (column ${field.name})`);
    if (depth > 0 && field.metadata[LENGTH] !== undefined) {
      found.add(`${String(field.metadata[LENGTH])} (column ${field.name})`);
    }
  });
  if (found.size === 0) {
    for (const obstacle of tableRules(protocol, metadata, layoutOf(protocol, metadata, location))
      .obstacles) {
      found.add(obstacle);
    }
  }
  return [...found];
}
