import { type Columns, defineTable, nullable, type Table, timestamp, utf8 } from "@lakewright/core";

export type Domain =
  | "sales"
  | "purchases"
  | "stock"
  | "planning"
  | "references"
  | "accounting"
  | "production"
  | "crm"
  | "payroll"
  | "system";

/** One table of the ERP's database. */
export interface SourceTable<T extends Table = Table> {
  /** As the database names it, "SaleDocument"; in bronze it is {@link bronzeName}. */
  readonly table: T;
  readonly domain: Domain;
  /** Rows it has on the first day, at scale 1. */
  readonly rows: number;
  readonly key: readonly string[];
  /** The column an extract goes on from; undefined where rows do not say when they changed. */
  readonly cursor: string | undefined;
  /** Column of this table, and the table whose key it holds. */
  readonly references: Readonly<Record<string, string>>;
  /** References that the database does not enforce: a few rows point at nothing. */
  readonly loose: readonly string[];
  /** 1 to 3 stars where analysts asked for the table, 0 for the others. */
  readonly priority: 0 | 1 | 2 | 3;
}

export interface SourceTableOptions {
  readonly rows: number;
  readonly priority?: 0 | 1 | 2 | 3;
  readonly key?: readonly string[];
  readonly references?: Readonly<Record<string, string>>;
  readonly loose?: readonly string[];
}

/** Who and when: nearly every table of the ERP ends with these. */
export const sysColumns = {
  sysCreatedDate: timestamp("us"),
  sysCreatedUser: nullable(utf8()),
  sysModifiedDate: timestamp("us"),
  sysModifiedUser: nullable(utf8()),
};

/** A table whose rows say when they were created and changed. */
export function trackedTable<const C extends Columns>(
  domain: Domain,
  name: string,
  columns: C,
  options: SourceTableOptions,
): SourceTable<Table<C & typeof sysColumns>> {
  return entry(
    domain,
    defineTable(name, { ...columns, ...sysColumns }),
    options,
    "sysModifiedDate",
  );
}

/** A table without such columns: it is compared as a whole. */
export function plainTable<const C extends Columns>(
  domain: Domain,
  name: string,
  columns: C,
  options: SourceTableOptions,
): SourceTable<Table<C>> {
  return entry(domain, defineTable(name, columns), options, undefined);
}

function entry<T extends Table>(
  domain: Domain,
  table: T,
  { rows, priority = 0, key = ["id"], references = {}, loose = [] }: SourceTableOptions,
  cursor: string | undefined,
): SourceTable<T> {
  return { table, domain, rows, key, cursor, references, loose, priority };
}

/** The table's name in bronze: "SaleDocument" is "sale_document". */
export function bronzeName({ table }: SourceTable): string {
  return table.name.replace(/(?<=[a-z0-9])(?=[A-Z])/g, "_").toLowerCase();
}
