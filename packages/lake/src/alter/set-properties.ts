import type { Metadata } from "../delta/log/actions.ts";
import { ENCRYPTED } from "../delta/schema/encrypted.ts";
import { MAPPING_MODE } from "../delta/schema/mapping-mode.ts";
import { formatSchema, parseSchema } from "../delta/schema/schema-json.ts";
import { statsLeaves } from "../delta/statistics/columns.ts";
import { fromDeltaFields } from "../delta/schema/schema.ts";
import { LakeError } from "../errors.ts";
import { invalidOption } from "../options.ts";
import { CHECK_PREFIX } from "../rules/table-rules.ts";
import { isMapped, withMapping } from "./fields.ts";
import { checkProperties } from "./known-properties.ts";

/** Sets and removes properties, with what follows from them for the columns. */
export function setProperties(
  metadata: Metadata,
  set: Readonly<Record<string, string>>,
  unset: readonly string[],
): Metadata {
  if (Object.keys(set).length === 0 && unset.length === 0) return metadata;
  checkProperties("alter", set);
  for (const name of unset) assertRemovable(name, set);
  const removed = new Set(unset);
  const configuration = Object.fromEntries(
    Object.entries({ ...metadata.configuration, ...set }).filter(([name]) => !removed.has(name)),
  );
  assertMappingChange(metadata.configuration, configuration);
  const next = { ...metadata, configuration };
  // Throws where a number of columns is none.
  statsLeaves(fromDeltaFields("table", parseSchema(metadata.schemaString)), configuration);
  if (!isMapped(configuration) || isMapped(metadata.configuration)) return next;
  // Columns that are in files already are found there by their names.
  const fields = parseSchema(metadata.schemaString);
  const mapped = withMapping(fields, configuration, (field) => field.name);
  return {
    ...next,
    schemaString: formatSchema(mapped.fields),
    configuration: mapped.configuration,
  };
}

function assertRemovable(name: string, set: Readonly<Record<string, string>>): void {
  if (Object.hasOwn(set, name)) throw invalidOption(`alter: property ${name} is set and unset.`);
  if (name.startsWith(CHECK_PREFIX)) {
    throw invalidOption(`alter: ${name} is no property to unset.`, "Use dropConstraints.");
  }
  if (
    name === ENCRYPTED ||
    /^delta\.(?:columnMapping\.|inCommitTimestampEnablement|min(?:Reader|Writer)Version$|feature\.)/.test(
      name,
    )
  ) {
    throw new LakeError("LAKE_UNSUPPORTED_FEATURE", `alter: ${name} is not unset.`, {
      hint: "The files written until now rely on it.",
      details: { features: [name] },
    });
  }
}

/** "none" may become "name", and a mode stays for good: files are read by it. */
function assertMappingChange(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): void {
  const [from, to] = [before[MAPPING_MODE] ?? "none", after[MAPPING_MODE] ?? "none"];
  if (from === to || (from === "none" && to === "name")) return;
  throw new LakeError(
    "LAKE_UNSUPPORTED_FEATURE",
    `alter: ${MAPPING_MODE} is ${from} and does not become ${to}.`,
    {
      hint: 'It can be turned on as "name"; other changes need every file written again: create a new table.',
      details: { features: ["columnMapping"] },
    },
  );
}
