import type { Table } from "@lakewright/core";
import type { DialectName } from "@lakewright/sql";

/** A column as its database describes it. */
export interface SourceColumn {
  readonly name: string;
  /** The type in the words of the database: `numeric(12,2)`, `character varying(50)`. */
  readonly nativeType: string;
  readonly nullable: boolean;
  /** What the extraction reads it as, where no table column holds its type exactly. */
  readonly cast: "text" | undefined;
  /** What the database says the column is; undefined where it says nothing. */
  readonly comment: string | undefined;
}

/** A column that no table column holds exactly, read as something else. */
export interface UnsupportedColumn {
  readonly column: string;
  readonly nativeType: string;
  /** What it is read as instead. */
  readonly cast: "text";
  /** Why no table column holds its type exactly. */
  readonly reason: string;
}

/** A foreign key of a source; its columns in the order of those they refer to. */
export interface SourceForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly references: {
    readonly path: readonly string[];
    readonly columns: readonly string[];
  };
}

/** What an extraction has to know of a table: {@link SourceTable} says more, and is one. */
export interface TableSource {
  /** Its columns as they are read. */
  readonly table: Table;
  /** Where it is: `["public", "SaleDocument"]`. */
  readonly path: readonly string[];
  /** Default none. */
  readonly primaryKey?: readonly string[] | undefined;
  /** What the database says of its columns; columns that are missing here are read as they are. */
  readonly columns?: readonly SourceColumn[] | undefined;
}

/** A table of a source system, as its catalog describes it. */
export interface SourceTable extends TableSource {
  readonly kind: "table" | "view";
  /** Its columns in the order of the key; empty where there is none. */
  readonly primaryKey: readonly string[];
  /** Unique keys beside the primary one. */
  readonly uniqueKeys: readonly (readonly string[])[];
  readonly foreignKeys: readonly SourceForeignKey[];
  readonly columns: readonly SourceColumn[];
  /** Columns that are read as text, with why; in `table` they are utf8. */
  readonly unsupported: readonly UnsupportedColumn[];
  /** Rows as the statistics of the database have it; undefined where it has none. */
  readonly estimatedRows: number | undefined;
  /** What the database says the table is; undefined where it says nothing. */
  readonly comment: string | undefined;
  readonly dialect: DialectName;
}
