import { date, defineTable, nullable, type Table, tableFromFields, utf8 } from "@lakewright/core";
import { raw, type Sql, sql } from "@lakewright/sql";
import type { OurName } from "../mapping/columns.ts";

/** A customer account with what was last said about its owner; named so that `person()` recognises the columns. */
export const accounts = defineTable("accounts", {
  user_id: utf8(),
  name: nullable(utf8()),
  email: nullable(utf8()),
  phone: nullable(utf8()),
  birth_date: nullable(date()),
  country: nullable(utf8()),
  city: nullable(utf8()),
});

const origin: Readonly<Record<Exclude<keyof typeof accounts.columns, "user_id">, OurName>> = {
  name: "user_name",
  email: "user_email",
  phone: "user_phone",
  birth_date: "user_birth_date",
  country: "user_country",
  city: "user_city",
};

/** Columns that tell people apart; without one of them accounts are not linked. */
const telling: readonly OurName[] = ["user_name", "user_email", "user_phone"];

export function canLink(columns: ReadonlySet<OurName>): boolean {
  return columns.has("user_id") && telling.some((name) => columns.has(name));
}

/** The accounts with those columns a file has: a linker weighs what is there. */
export function accountsTable(columns: ReadonlySet<OurName>): Table {
  return tableFromFields(
    accounts.name,
    accounts.fields.filter(
      ({ name }) => name === "user_id" || columns.has(origin[name as keyof typeof origin]),
    ),
  );
}

/** Every account of the transactions, by the values that came last, and how often it was used. */
export function accountsQuery(): Sql {
  const last = Object.entries(origin).map(
    ([ours, column]) => `arg_max(${column}, position) AS ${ours}`,
  );
  return sql`SELECT user_id, ${raw(last.join(", "))}, count(*) AS transactions
FROM silver WHERE user_id IS NOT NULL GROUP BY user_id ORDER BY user_id`;
}
