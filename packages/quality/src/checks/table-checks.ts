import { columnOf, type Columns, describeType, type Table } from "@lakewright/core";
import { QualityError } from "../errors.ts";
import { familyOf } from "../values/family.ts";
import type { Comparison, ContractBuilder, CountBounds } from "./builder.ts";
import { ColumnBuilder } from "./column-checks.ts";
import { compareRule } from "./compare.ts";
import { checkCount, describeCount, withinCount } from "./count-bounds.ts";
import { define, ROW, SUMMARY, VALUE } from "./define.ts";
import type { CheckDefinition } from "./definition.ts";
import type { CheckOptions, RowCheckOptions, ValueCheckOptions } from "./options.ts";
import { satisfiesRule } from "./satisfies.ts";

/** What `defineContract` gives its function: a builder a column, and the checks of the table. */
export function contractBuilder<C extends Columns>(table: Table<C>): ContractBuilder<C> {
  const whole = tableChecks(table);
  const clash = table.fields.find(({ name }) => Object.hasOwn(whole, name));
  if (clash) {
    throw new QualityError(
      "QUALITY_INVALID_CONTRACT",
      `Column "${clash.name}" of table "${table.name}" has the name of a check.`,
      { hint: "Rename the column, at least in the definition the contract is made of." },
    );
  }
  const columns = table.fields.map(
    ({ name, column }) => [name, new ColumnBuilder(name, column)] as const,
  );
  return { ...Object.fromEntries(columns), ...whole } as unknown as ContractBuilder<C>;
}

type TableBuilder = Readonly<Record<string, (...given: never[]) => CheckDefinition>>;

function tableChecks(table: Table): TableBuilder {
  return {
    $unique: (columns: readonly string[], options: RowCheckOptions = {}) => {
      checkUniqueColumns(table, columns);
      const threshold = "no combination twice";
      return define("unique", [...columns], threshold, { kind: "unique" }, options, ROW);
    },
    $rowCount: (bounds: CountBounds, options: CheckOptions = {}) => {
      checkCount("$rowCount", bounds);
      const judge = (rows: number): boolean => withinCount(rows, bounds);
      const threshold = `${describeCount(bounds)} rows`;
      return define("rowCount", [], threshold, { kind: "rowCount", judge }, options, SUMMARY);
    },
    $schema: (options: CheckOptions = {}) =>
      define("schema", [], `the columns of ${table.name}`, { kind: "schema" }, options, SUMMARY),
    $compare: (
      left: string,
      comparison: Comparison,
      right: string,
      options: ValueCheckOptions = {},
    ) => {
      const types = {
        [left]: columnOf(table, left).type,
        [right]: columnOf(table, right).type,
      };
      const rule = compareRule(`$compare ${left}, ${right}`, types, left, comparison, right);
      const threshold = `${left} ${comparison} ${right}`;
      return define("compare", [left, right], threshold, rule, options, VALUE);
    },
    $satisfies: (
      name: string,
      predicate: (row: Record<string, unknown>) => boolean,
      options: RowCheckOptions = {},
    ) => {
      const rule = satisfiesRule(name, predicate);
      return define("satisfies", [], name, rule, { name, ...options }, ROW);
    },
  };
}

function checkUniqueColumns(table: Table, columns: readonly string[]): void {
  if (columns.length === 0 || new Set(columns).size !== columns.length) {
    throw new QualityError(
      "QUALITY_INVALID_CONTRACT",
      `$unique([${columns.join(", ")}]) needs columns, each once.`,
      { hint: 'Name the columns of the key: $unique(["order_id", "line"]).' },
    );
  }
  for (const name of columns) {
    const { type } = columnOf(table, name);
    if (familyOf(type) !== "nested") continue;
    throw new QualityError(
      "QUALITY_CHECK_TYPE",
      `$unique: column "${name}" is ${describeType(type)}, whose values are not compared.`,
      { hint: "Leave it out of the key." },
    );
  }
}
