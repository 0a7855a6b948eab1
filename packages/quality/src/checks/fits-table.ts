import type { Table } from "@lakewright/core";
import { bind, joinSql, sql } from "@lakewright/sql";
import { markTexts } from "../batch/text.ts";
import { plain } from "../values/plain.ts";
import type { RowRule } from "./definition.ts";
import { anyOf, UTF8 } from "./sql.ts";

/** Columns of which the table itself demands something: a value, or one of a list. */
export interface Demands {
  readonly columns: readonly string[];
  readonly required: readonly string[];
  readonly listed: ReadonlyMap<string, readonly string[]>;
}

/** What the definition of the table says about its rows, beyond types. */
export function demandsOf(table: Table): Demands {
  const required = table.fields.filter(({ column }) => !column.nullable).map(({ name }) => name);
  const listed = new Map(
    table.fields.flatMap(({ name, column: { type } }) =>
      type.kind === "oneOf" ? [[name, type.values] as const] : [],
    ),
  );
  const columns = table.fields
    .map(({ name }) => name)
    .filter((name) => required.includes(name) || listed.has(name));
  return { columns, required, listed };
}

/** Rows that the table could hold as it is defined. */
export function fitsTableRule({ columns, required, listed }: Demands): RowRule {
  const sets = new Map([...listed].map(([name, values]) => [name, new Set(values)]));
  const complaint = (name: string, value: unknown): string | undefined => {
    if (value === null) return required.includes(name) ? `${name} is null` : undefined;
    const set = sets.get(name);
    return !set || set.has(value as string)
      ? undefined
      : `${name} has the value ${plain(value)}, which is not listed`;
  };
  return {
    kind: "row",
    judgesNulls: true,
    failsSql: ({ column }) =>
      anyOf([
        ...required.map((name) => sql`${column(name)} IS NULL`),
        ...[...listed].map(
          ([name, values]) =>
            sql`(${column(name)} IS NOT NULL AND ${column(name)} NOT IN (${joinSql(values.map((value) => bind(value, UTF8)))}))`,
        ),
      ]),
    kernel: () => (view, mask) => {
      for (const name of required) {
        const valid = view.valid(name);
        if (valid) for (let i = 0; i < mask.length; i++) mask[i]! |= 1 - valid[i]!;
      }
      const others = new Uint8Array(mask.length);
      for (const [name, set] of sets) {
        markTexts(view, name, (text) => !set.has(text), others);
        const valid = view.valid(name);
        for (let i = 0; i < mask.length; i++) {
          if (others[i] === 1 && (valid === undefined || valid[i] === 1)) mask[i] = 1;
        }
      }
    },
    concerned: (values) => columns.filter((name, k) => complaint(name, values[k]) !== undefined),
    reason: (values) =>
      columns
        .map((name, k) => complaint(name, values[k]))
        .filter((text) => text !== undefined)
        .join("; "),
  };
}
