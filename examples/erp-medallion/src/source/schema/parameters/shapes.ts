import { bool, date, decimal, int32, nullable, oneOf, type Table, utf8 } from "@lakewright/core";
import { type Domain, plainTable, type SourceTable, trackedTable } from "../source-table.ts";

/** What the rows of a parameter table look like; the generator makes them by it. */
export type Shape = "list" | "setting" | "link" | "log" | "amount";

export interface ParameterTable extends SourceTable<Table> {
  readonly shape: Shape;
}

/** Names of tables and the rows they have. An ERP's database is full of empty ones. */
export type RowsByName = Readonly<Record<string, number>>;

/** Choices of a field: a code and its caption. */
export const lists = (domain: Domain, rows: RowsByName): ParameterTable[] =>
  of("list", rows, (name, count) =>
    trackedTable(
      domain,
      name,
      { id: utf8(), caption: utf8(), sortOrder: int32(), isDefault: bool() },
      { rows: count },
    ),
  );

/** Settings: a name and a text; nobody knows when they were changed. */
export const settings = (domain: Domain, rows: RowsByName): ParameterTable[] =>
  of("setting", rows, (name, count) =>
    plainTable(domain, name, { id: utf8(), value: nullable(utf8()) }, { rows: count }),
  );

/** Pairs of keys of two other tables. */
export const links = (domain: Domain, rows: RowsByName): ParameterTable[] =>
  of("link", rows, (name, count) =>
    trackedTable(
      domain,
      name,
      { id: int32(), leftId: utf8(), rightId: utf8(), sortOrder: int32() },
      { rows: count },
    ),
  );

/** What happened to which record. */
export const logs = (domain: Domain, rows: RowsByName): ParameterTable[] =>
  of("log", rows, (name, count) =>
    trackedTable(
      domain,
      name,
      {
        id: int32(),
        level: oneOf(["Info", "Warning", "Error"]),
        entity: utf8(),
        entityId: utf8(),
        message: nullable(utf8()),
      },
      { rows: count },
    ),
  );

/** Amounts of a day on an account; debits and credits of a table are equal. */
export const amounts = (domain: Domain, rows: RowsByName): ParameterTable[] =>
  of("amount", rows, (name, count) =>
    trackedTable(
      domain,
      name,
      {
        id: int32(),
        account: utf8(),
        valueDate: date(),
        label: nullable(utf8()),
        debit: decimal(14, 2),
        credit: decimal(14, 2),
      },
      { rows: count },
    ),
  );

function of(
  shape: Shape,
  rows: RowsByName,
  make: (name: string, rows: number) => SourceTable,
): ParameterTable[] {
  return Object.entries(rows).map(([name, count]) => ({ ...make(name, count), shape }));
}
