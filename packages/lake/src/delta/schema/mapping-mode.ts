import type { Metadata, Protocol } from "../log/actions.ts";
import { unsupported } from "./unsupported.ts";

/** How columns are told apart in data files: by the names of the schema, by physical names, by field ids. */
export type MappingMode = "none" | "name" | "id";

export const MAPPING_MODE = "delta.columnMapping.mode";

/** @throws LakeError LAKE_UNSUPPORTED_FEATURE for a mode the protocol does not have. */
export function mappingMode(protocol: Protocol, metadata: Metadata): MappingMode {
  const mode = metadata.configuration[MAPPING_MODE] ?? "none";
  if (mode !== "none" && mode !== "name" && mode !== "id") {
    throw unsupported("read", [`columnMapping mode ${mode}`], "the table");
  }
  const { minReaderVersion: version, readerFeatures } = protocol;
  const supported = version === 2 || (readerFeatures ?? []).includes("columnMapping");
  return supported ? mode : "none";
}
