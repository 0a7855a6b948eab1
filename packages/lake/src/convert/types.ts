import type { JobOptions, Table } from "@lakewright/core";
import type { Clock } from "../store/clock.ts";

export interface ConvertOptions extends JobOptions {
  /**
   * The columns of the table, those of folder names with them. Default those of all files together, wider types and
   * nullable where the files differ, then the folder levels in `partitionBy`.
   */
  readonly table?: Table | undefined;
  /**
   * The columns that are in folder names (`country=DE`), in order. Default those of the folders, as dates or integers
   * where every value is one, else as text.
   */
  readonly partitionBy?: readonly string[] | undefined;
  /** The name of the table. Default the last part of the store's location. */
  readonly name?: string | undefined;
  /** Delta table properties, as they are. */
  readonly properties?: Readonly<Record<string, string>> | undefined;
  /** Milliseconds since 1970, for times written to the log. Default the system clock. */
  readonly clock?: Clock | undefined;
}
