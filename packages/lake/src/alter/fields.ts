import type { Metadata } from "../delta/log/actions.ts";
import type { DeltaField, DeltaType } from "../delta/schema/schema-json.ts";
import { formatSchema, visitFields } from "../delta/schema/schema-json.ts";
import { MAPPING_MODE } from "../delta/schema/mapping-mode.ts";

const FIELD_ID = "delta.columnMapping.id";
const PHYSICAL_NAME = "delta.columnMapping.physicalName";
const MAX_COLUMN_ID = "delta.columnMapping.maxColumnId";

/** Whether a configuration has columns told apart by physical names or ids. */
export function isMapped(configuration: Readonly<Record<string, string>>): boolean {
  return (configuration[MAPPING_MODE] ?? "none") !== "none";
}

/**
 * Fields with an id and a physical name each, at any depth ("Column Mapping" of PROTOCOL.md). Fields that have them keep
 * them.
 *
 * @param physicalName - of a field that has none yet
 */
export function withMapping(
  fields: readonly DeltaField[],
  configuration: Readonly<Record<string, string>>,
  physicalName: (field: DeltaField) => string = () => `col-${crypto.randomUUID()}`,
): { readonly fields: readonly DeltaField[]; readonly configuration: Record<string, string> } {
  let last = Number(configuration[MAX_COLUMN_ID] ?? 0);
  visitFields(fields, ({ metadata }) => {
    const id = metadata[FIELD_ID];
    if (typeof id === "number" && id > last) last = id;
  });
  const mapped = mapFields(fields, (field) => ({
    ...field,
    metadata: {
      ...field.metadata,
      [FIELD_ID]: field.metadata[FIELD_ID] ?? ++last,
      [PHYSICAL_NAME]: field.metadata[PHYSICAL_NAME] ?? physicalName(field),
    },
  }));
  return { fields: mapped, configuration: { ...configuration, [MAX_COLUMN_ID]: String(last) } };
}

/** Fields changed one by one, those around them first. */
function mapFields(
  fields: readonly DeltaField[],
  change: (field: DeltaField) => DeltaField,
): readonly DeltaField[] {
  return fields.map((field) => {
    const changed = change(field);
    return { ...changed, type: mapType(changed.type, change) };
  });
}

function mapType(type: DeltaType, change: (field: DeltaField) => DeltaField): DeltaType {
  if (typeof type === "string") return type;
  switch (type.type) {
    case "struct":
      return { type: "struct", fields: mapFields(type.fields, change) };
    case "array":
      return { ...type, elementType: mapType(type.elementType, change) };
    case "map":
      return {
        ...type,
        keyType: mapType(type.keyType, change),
        valueType: mapType(type.valueType, change),
      };
  }
}

/** The field of a name, letters of either case. */
export function fieldNamed(fields: readonly DeltaField[], name: string): DeltaField | undefined {
  return (
    fields.find((field) => field.name === name) ??
    fields.find((field) => field.name.toLowerCase() === name.toLowerCase())
  );
}

/** Metadata with other fields, mapped where the table maps its columns. */
export function withFields(metadata: Metadata, fields: readonly DeltaField[]): Metadata {
  const { configuration } = metadata;
  const mapped = isMapped(configuration)
    ? withMapping(fields, configuration)
    : { fields, configuration };
  return {
    ...metadata,
    schemaString: formatSchema(mapped.fields),
    configuration: mapped.configuration,
  };
}
