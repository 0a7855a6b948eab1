import { columnOf, type Table, tableFromFields } from "@lakewright/core";
import type { Check, CheckDefinition } from "../checks/definition.ts";
import { define, SUMMARY } from "../checks/define.ts";
import { demandsOf, fitsTableRule } from "../checks/fits-table.ts";
import { QualityError } from "../errors.ts";
import { relaxedColumn } from "../values/family.ts";

/** What both executors work from. */
export interface Plan {
  readonly name: string;
  readonly table: Table;
  /** The table as checked data may have it: nulls everywhere, any text. */
  readonly relaxed: Table;
  readonly checks: readonly Check[];
  /** The columns a failing row is known by. */
  readonly key: readonly string[];
  /** Every demand of the table on a row, which a split always makes. */
  readonly fitsTable: Check | undefined;
}

/** @throws QualityError QUALITY_INVALID_CONTRACT where two checks have the same name. */
export function planOf(
  table: Table,
  name: string,
  definitions: readonly CheckDefinition[],
  key: readonly string[] | undefined,
): Plan {
  const implied = impliedCheck(table, definitions);
  const checks = named([...(implied ? [implied] : []), ...definitions]);
  const whole = impliedCheck(table, []);
  const relaxed = tableFromFields(
    table.name,
    table.fields.map((field) => ({ name: field.name, column: relaxedColumn(field.column) })),
  );
  const columns = key ?? definitions.find(({ rule }) => rule.kind === "unique")?.columns ?? [];
  for (const column of columns) columnOf(table, column);
  return {
    name,
    table,
    relaxed,
    checks,
    key: columns,
    fitsTable: whole ? { ...whole, id: "definition" } : undefined,
  };
}

/** What the table says about its rows, where no check of the contract says it better. */
function impliedCheck(
  table: Table,
  definitions: readonly CheckDefinition[],
): CheckDefinition | undefined {
  const said = (check: string): Set<string> =>
    new Set(definitions.filter((given) => given.check === check).flatMap(({ columns }) => columns));
  const nulls = said("notNull");
  const lists = said("oneOf");
  const demands = demandsOf(table);
  const required = demands.required.filter((column) => !nulls.has(column));
  const listed = new Map([...demands.listed].filter(([column]) => !lists.has(column)));
  const columns = demands.columns.filter(
    (column) => required.includes(column) || listed.has(column),
  );
  if (columns.length === 0) return undefined;
  const rule = fitsTableRule({ columns, required, listed });
  const threshold = `fits the definition of ${table.name}`;
  return define("definition", columns, threshold, rule, {}, SUMMARY);
}

function named(definitions: readonly CheckDefinition[]): readonly Check[] {
  const used = new Map<string, number>();
  const given = new Set<string>();
  return definitions.map((definition) => {
    const name = definition.givenName ?? idOf(definition);
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    const id = count === 1 || definition.givenName !== undefined ? name : `${name}.${count}`;
    if (given.has(id)) {
      throw new QualityError("QUALITY_INVALID_CONTRACT", `Two checks are named "${id}".`, {
        hint: "Give one another name in its options.",
      });
    }
    given.add(id);
    return { ...definition, id };
  });
}

function idOf({ check, columns }: CheckDefinition): string {
  return check === "definition" || columns.length === 0 ? check : `${columns.join(",")}.${check}`;
}
