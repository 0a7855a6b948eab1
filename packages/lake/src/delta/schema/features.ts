import type { Protocol } from "../log/actions.ts";

/** A table feature ("Valid Feature Names in Table Features" of PROTOCOL.md). */
export interface Feature {
  /** Whether readers must know it too. */
  readonly reads: boolean;
  /** Reader and writer version that implied it before features had names. */
  readonly legacy?: readonly [number, number] | undefined;
  /** Features it needs beside itself. */
  readonly needs?: readonly string[] | undefined;
}

const WRITER: Feature = { reads: false };
const BOTH: Feature = { reads: true };
const legacy = (reader: number, writer: number): Feature => ({
  reads: reader > 1,
  legacy: [reader, writer],
});

/** The features of tables this package writes to. */
export const features: Readonly<Record<string, Feature>> = {
  appendOnly: legacy(1, 2),
  invariants: legacy(1, 2),
  checkConstraints: legacy(1, 3),
  changeDataFeed: legacy(1, 4),
  generatedColumns: legacy(1, 4),
  columnMapping: legacy(2, 5),
  identityColumns: legacy(1, 6),
  deletionVectors: BOTH,
  timestampNtz: BOTH,
  v2Checkpoint: BOTH,
  vacuumProtocolCheck: BOTH,
  typeWidening: BOTH,
  "typeWidening-preview": BOTH,
  variantType: BOTH,
  "variantType-preview": BOTH,
  allowColumnDefaults: WRITER,
  domainMetadata: WRITER,
  inCommitTimestamp: WRITER,
  clustering: { reads: false, needs: ["domainMetadata"] },
};

/** The features a protocol has, by its list or by its version. */
export function featuresOf({
  minWriterVersion: version,
  writerFeatures,
}: Protocol): ReadonlySet<string> {
  if (version >= 7) return new Set(writerFeatures ?? []);
  return new Set(
    Object.entries(features)
      .filter(([, { legacy }]) => legacy !== undefined && legacy[1] <= version)
      .map(([name]) => name),
  );
}

/**
 * The lowest protocol with some features, at least as high as the one given. Versions that imply features are taken where
 * they cost readers nothing they would not need anyway; else the list names each.
 */
export function protocolWith(needed: ReadonlySet<string>, current?: Protocol): Protocol {
  const before = current ? featuresOf(current) : new Set<string>();
  const all = new Set([...before, ...needed]);
  for (const name of all) for (const other of features[name]?.needs ?? []) all.add(other);
  if (current && all.size === before.size) return current;
  const listed = (current?.minWriterVersion ?? 0) >= 7;
  const implied = [...all].map((name) => features[name]?.legacy);
  const plain = [...all].every((name) => name === "appendOnly" || name === "invariants");
  if (!listed && !implied.includes(undefined) && (plain || all.has("columnMapping"))) {
    return {
      minReaderVersion: Math.max(1, ...implied.map((versions) => versions![0])),
      minWriterVersion: Math.max(2, ...implied.map((versions) => versions![1])),
    };
  }
  const reader = [...all].filter(
    (name) => features[name]?.reads ?? current?.readerFeatures?.includes(name) ?? false,
  );
  const writerFeatures = [...all].sort();
  const onlyMapping = reader.every((name) => name === "columnMapping");
  if (onlyMapping && (current?.minReaderVersion ?? 1) < 3) {
    return { minReaderVersion: reader.length > 0 ? 2 : 1, minWriterVersion: 7, writerFeatures };
  }
  return {
    minReaderVersion: 3,
    minWriterVersion: 7,
    readerFeatures: reader.sort(),
    writerFeatures,
  };
}
