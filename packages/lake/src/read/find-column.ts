import type { MappingMode } from "../delta/schema/protocol.ts";
import type { ParquetFile } from "../parquet/types.ts";
import type { Find } from "./arrange.ts";

/**
 * Finds the columns of a table in a data file: by field id in mode "id", by name else. A name that differs only in the
 * case of its letters is taken where it is the only one, as Spark takes it.
 */
export function columnFinder(file: Pick<ParquetFile, "fieldIds">, mode: MappingMode): Find {
  const { fieldIds } = file;
  return (names, stored, above) => {
    if (mode === "id" && stored.id !== undefined && fieldIds.size > 0) {
      return names.findIndex(
        (name) => fieldIds.get(above === "" ? name : `${above}.${name}`) === stored.id,
      );
    }
    const exact = names.indexOf(stored.physical);
    if (exact >= 0) return exact;
    const wanted = stored.physical.toLowerCase();
    const similar = names.flatMap((name, k) => (name.toLowerCase() === wanted ? [k] : []));
    return similar.length === 1 ? similar[0]! : -1;
  };
}
