import type { LakeTable } from "@lakewright/lake";

/** Where silver finds the history of the source: bronze, or in a test any folder of Delta tables. */
export interface BronzeReader {
  /**
   * The Delta table with every version of a source table's rows, as `openBronzeHistory` keeps it; undefined where bronze has
   * none. `name` is the name in bronze: "sale_document_line".
   */
  table(name: string): Promise<LakeTable | undefined>;
}
