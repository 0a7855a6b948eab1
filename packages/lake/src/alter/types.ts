import type { Column, JobOptions } from "@lakewright/core";

/** Changes of a table's columns, rules and properties, made in one commit. */
export interface AlterTable {
  /** Columns to add at the end; they are nullable, for rows that are there have no value. */
  readonly addColumns?: Readonly<Record<string, Column>> | undefined;
  /** New names by old name. Needs column mapping (`delta.columnMapping.mode` = "name"). */
  readonly renameColumns?: Readonly<Record<string, string>> | undefined;
  /** Needs column mapping. The values stay in the files until they are rewritten. */
  readonly dropColumns?: readonly string[] | undefined;
  /** Wider types by column ("Type Widening" of PROTOCOL.md). Needs `delta.enableTypeWidening`. */
  readonly widenColumns?: Readonly<Record<string, Column>> | undefined;
  /** Columns that may be null from now on. */
  readonly allowNulls?: readonly string[] | undefined;
  /** Rules by name, as SQL conditions; every row there is is checked first. */
  readonly addConstraints?: Readonly<Record<string, string>> | undefined;
  readonly dropConstraints?: readonly string[] | undefined;
  readonly setProperties?: Readonly<Record<string, string>> | undefined;
  readonly unsetProperties?: readonly string[] | undefined;
}

export type AlterOptions = JobOptions;
