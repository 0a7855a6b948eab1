import type { Metadata } from "../delta/log/actions.ts";
import type { TableState } from "../delta/log/load.ts";
import { formatSchema, parseSchema } from "../delta/schema/schema-json.ts";

/** Properties of the log itself, which does not go back: times in commits, and column ids that were given out. */
const STAY = [
  "delta.enableInCommitTimestamps",
  "delta.inCommitTimestampEnablementVersion",
  "delta.inCommitTimestampEnablementTimestamp",
  "delta.columnMapping.maxColumnId",
];

/** The metadata of an earlier version as it is committed again; undefined where it is the present one. */
export function restoredMetadata(now: TableState, then: TableState): Metadata | undefined {
  const configuration: Record<string, string> = { ...then.metadata.configuration };
  for (const name of STAY) {
    const value = now.metadata.configuration[name];
    if (value !== undefined) configuration[name] = value;
  }
  const { id } = now.metadata;
  const schemaString = withMarks(then.metadata.schemaString, now.metadata.schemaString);
  const metadata: Metadata = { ...then.metadata, id, configuration, schemaString };
  return same(metadata, now.metadata) ? undefined : metadata;
}

const MARK = "delta.identity.highWaterMark";

/** A schema whose identity columns go on where the present one's are: a value given out once is not given out again. */
function withMarks(schema: string, present: string): string {
  const marks = new Map(
    parseSchema(present).map(({ name, metadata }) => [name, metadata[MARK]] as const),
  );
  if (![...marks.values()].some((mark) => mark !== undefined)) return schema;
  return formatSchema(
    parseSchema(schema).map((field) => {
      const [own, other] = [field.metadata[MARK], marks.get(field.name)];
      if (other === undefined || field.metadata["delta.identity.start"] === undefined) return field;
      const falls = Number(field.metadata["delta.identity.step"]) < 0;
      const isFurther =
        own === undefined || (falls ? Number(other) < Number(own) : Number(other) > Number(own));
      return isFurther ? { ...field, metadata: { ...field.metadata, [MARK]: other } } : field;
    }),
  );
}

function same(a: Metadata, b: Metadata): boolean {
  const text = ({ configuration, ...metadata }: Metadata): string =>
    JSON.stringify([
      Object.entries(metadata).sort(([x], [y]) => (x < y ? -1 : 1)),
      Object.entries(configuration).sort(([x], [y]) => (x < y ? -1 : 1)),
    ]);
  return text(a) === text(b);
}
