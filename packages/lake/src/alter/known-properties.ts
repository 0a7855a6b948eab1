import { ENCRYPTED } from "../delta/schema/encrypted.ts";
import { intervalProperty, sizeProperty } from "../delta/schema/properties.ts";
import { invalidOption } from "../options.ts";
import { CHECK_PREFIX } from "../rules/table-rules.ts";

/** What a value must be, to be read after "it must be"; undefined where it will do. */
type Check = (value: string) => string | undefined;

const isSwitch: Check = (value) => (/^(?:true|false)$/i.test(value) ? undefined : "true or false");
const isCount: Check = (value) => (/^[1-9]\d*$/.test(value) ? undefined : "a positive integer");
const isInterval: Check = (value) =>
  intervalProperty({ value }, "value") === undefined
    ? 'an interval, such as "interval 30 days"'
    : undefined;
const isSize: Check = (value) =>
  sizeProperty({ value }, "value") === undefined ? 'a size, such as "128mb"' : undefined;
const isAnything: Check = () => undefined;
const isOneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value) ? undefined : `one of ${values.join(", ")}`;

/** The properties of Delta tables, as DeltaConfig of delta-io/delta has them. */
const PROPERTIES: Readonly<Record<string, Check>> = {
  "delta.appendOnly": isSwitch,
  "delta.autoOptimize.autoCompact": isOneOf("true", "false", "auto", "legacy"),
  "delta.autoOptimize.optimizeWrite": isSwitch,
  "delta.checkpoint.writeStatsAsJson": isSwitch,
  "delta.checkpoint.writeStatsAsStruct": isSwitch,
  "delta.checkpointInterval": isCount,
  "delta.checkpointPolicy": isOneOf("classic", "v2"),
  "delta.checkpointRetentionDuration": isInterval,
  "delta.columnMapping.mode": isOneOf("none", "name", "id"),
  "delta.compatibility.symlinkFormatManifest.enabled": isSwitch,
  "delta.dataSkippingNumIndexedCols": (value) =>
    /^(?:-1|\d+)$/.test(value) ? undefined : "a number of columns, or -1 for all",
  "delta.dataSkippingStatsColumns": isAnything,
  "delta.deletedFileRetentionDuration": isInterval,
  "delta.enableChangeDataFeed": isSwitch,
  "delta.enableDeletionVectors": isSwitch,
  "delta.enableExpiredLogCleanup": isSwitch,
  "delta.enableFullRetentionRollback": isSwitch,
  "delta.enableIcebergCompatV1": isSwitch,
  "delta.enableIcebergCompatV2": isSwitch,
  "delta.enableIcebergCompatV3": isSwitch,
  "delta.enableInCommitTimestamps": isSwitch,
  "delta.enableRowTracking": isSwitch,
  "delta.enableTypeWidening": isSwitch,
  "delta.isolationLevel": isOneOf("Serializable", "WriteSerializable", "SnapshotIsolation"),
  "delta.logRetentionDuration": isInterval,
  "delta.minReaderVersion": isCount,
  "delta.minWriterVersion": isCount,
  "delta.parquet.compression.codec": isOneOf(
    ..."none uncompressed snappy gzip zstd lz4 lz4_raw brotli".split(" "),
  ),
  "delta.randomPrefixLength": isCount,
  "delta.randomizeFilePrefixes": isSwitch,
  "delta.sampleRetentionDuration": isInterval,
  "delta.setTransactionRetentionDuration": isInterval,
  "delta.targetFileSize": isSize,
  "delta.tuneFileSizesForRewrites": isSwitch,
  "delta.universalFormat.enabledFormats": isAnything,
};

/** Properties that only a writer sets, with where they come from. */
const MANAGED: Readonly<Record<string, string>> = {
  "delta.columnMapping.maxColumnId": "It follows from delta.columnMapping.mode.",
  "delta.inCommitTimestampEnablementVersion": "It follows from delta.enableInCommitTimestamps.",
  "delta.inCommitTimestampEnablementTimestamp": "It follows from delta.enableInCommitTimestamps.",
};

/**
 * Checks properties a caller sets. Those that do not begin with "delta." are the caller's own.
 *
 * @throws LakeError LAKE_INVALID_OPTION
 */
export function checkProperties(
  subject: string,
  properties: Readonly<Record<string, string>>,
): void {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value !== "string") {
      throw invalidOption(
        `${subject}: property ${name} is no text.`,
        'Delta keeps properties as texts: "true", "10".',
      );
    }
    if (name === ENCRYPTED) {
      throw invalidOption(
        `${subject}: ${name} is kept by writers.`,
        "It follows from the `encryption` that createTable is given.",
      );
    }
    if (!name.startsWith("delta.") || name.startsWith("delta.feature.")) continue;
    if (name.startsWith(CHECK_PREFIX)) {
      throw invalidOption(
        `${subject}: ${name} is no property to set.`,
        "Rules are given to createTable as constraints, and to alter as addConstraints.",
      );
    }
    if (Object.hasOwn(MANAGED, name)) {
      throw invalidOption(`${subject}: ${name} is kept by writers.`, MANAGED[name]);
    }
    const check = Object.hasOwn(PROPERTIES, name) ? PROPERTIES[name]! : undefined;
    if (!check) {
      throw invalidOption(
        `${subject}: there is no property ${name}.`,
        `Your own properties do not begin with "delta."; Delta's are ${Object.keys(PROPERTIES).join(", ")}.`,
      );
    }
    const wanted = check(value);
    if (wanted !== undefined) {
      throw invalidOption(`${subject}: ${name} is ${JSON.stringify(value)}; it must be ${wanted}.`);
    }
  }
}
