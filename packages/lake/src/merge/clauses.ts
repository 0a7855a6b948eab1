import { columnOf, type Field, sameType, showValue, type Table } from "@lakewright/core";
import { bindCondition, bindValue } from "../expression/evaluate.ts";
import { isExpression, source, type Value } from "../expression/expression.ts";
import type { BoundCondition, BoundValue, Scope } from "../expression/types.ts";
import { checkOptions, invalidOption, isObject, isOneOf, type OptionCheck } from "../options.ts";
import type { TableRules } from "../rules/table-rules.ts";
import type { Where } from "../where/expression.ts";
import { columnData } from "./row-set.ts";
import type { MergeOptions } from "./types.ts";

/** A clause whose expressions fit the tables. */
export interface Clause {
  readonly then: "update" | "delete" | "insert" | "ignore";
  readonly when: BoundCondition | undefined;
  /** By column of the table, what it becomes; undefined for one that stays, or is null in a new row. */
  readonly values: readonly (BoundValue | undefined)[];
}

/** What a merge does, clause by clause; the first of a list whose condition holds is taken. */
export interface Clauses {
  readonly matched: readonly Clause[];
  readonly notMatched: readonly Clause[];
  readonly notMatchedBySource: readonly Clause[];
}

/** A clause as the caller writes it, of any of the three lists. */
interface Given {
  readonly when?: Where | undefined;
  readonly then: Clause["then"];
  readonly set?: Readonly<Record<string, Value>> | undefined;
  readonly values?: Readonly<Record<string, Value>> | undefined;
}

type ListName = "whenMatched" | "whenNotMatched" | "whenNotMatchedBySource";

/**
 * Checks the clauses of a merge against the table and the source.
 *
 * @throws LakeError LAKE_INVALID_OPTION, LAKE_INVALID_EXPRESSION; CoreError CORE_SCHEMA_MISMATCH for a column the table
 * does not have.
 */
export function bindClauses(
  target: Table,
  from: Table,
  options: MergeOptions,
  rules: TableRules,
): Clauses {
  const both = { target, source: from };
  const bind = (name: ListName, scope: Scope, thens: readonly Clause["then"][]): Clause[] =>
    clausesOf(name, options[name]).map((given, k, all) => {
      const subject = `merge: ${name}[${k}]`;
      checkClause(subject, given, thens);
      if (k > 0 && all[k - 1]!.when === undefined) {
        throw invalidOption(
          `${subject} is never reached: the clause before it has no condition.`,
          "Put it first, or give the one before it a `when`.",
        );
      }
      return {
        then: given.then,
        when: given.when && bindCondition(scope, given.when),
        values: bindValues(subject, given, target, scope, rules),
      };
    });
  const clauses = {
    matched: bind("whenMatched", both, ["update", "delete", "ignore"]),
    notMatched: bind("whenNotMatched", { source: from }, ["insert", "ignore"]),
    notMatchedBySource: bind("whenNotMatchedBySource", { target }, ["update", "delete", "ignore"]),
  };
  if (Object.values(clauses).every((list) => list.every(({ then }) => then === "ignore"))) {
    throw invalidOption(
      "merge: no clause changes anything.",
      'Say what to do: whenMatched: "update", whenNotMatched: "insert", whenNotMatchedBySource: "delete".',
    );
  }
  return clauses;
}

function clausesOf(name: ListName, given: MergeOptions[ListName]): readonly Given[] {
  if (given === undefined) return [];
  if (typeof given === "string") return [{ then: given }];
  if (Array.isArray(given)) return given as readonly Given[];
  throw invalidOption(
    `merge: ${name} is ${showValue(given)}; it must be a list of clauses.`,
    `Write ${name}: [{ then: … }].`,
  );
}

function checkClause(subject: string, given: Given, thens: readonly Clause["then"][]): void {
  const assigned: OptionCheck = (value) =>
    isObject(value) === undefined && Object.keys(value as object).length > 0
      ? undefined
      : "an object of values by column";
  checkOptions(subject, given, {
    when: isObject,
    then: isOneOf(...thens),
    ...(thens.includes("insert") ? { values: assigned } : { set: assigned }),
  });
  const { then, set, values } = given;
  if ((then as string | undefined) === undefined) {
    throw invalidOption(`${subject}: then is missing; it must be one of ${thens.join(", ")}.`);
  }
  if ((set && then !== "update") || (values && then !== "insert")) {
    throw invalidOption(
      `${subject}: a clause that ${then}s has no ${set ? "set" : "values"}.`,
      set ? 'Leave set out, or say then: "update".' : 'Leave values out, or say then: "insert".',
    );
  }
}

function bindValues(
  subject: string,
  { then, set, values = set }: Given,
  target: Table,
  scope: Scope,
  rules: TableRules,
): readonly (BoundValue | undefined)[] {
  if (then === "delete" || then === "ignore") return [];
  if (!values) {
    return target.fields.map((field) =>
      isFilledIn(field.name, then, scope, rules)
        ? undefined
        : assignment(scope, sameColumn(subject, field.name, scope), field),
    );
  }
  for (const name of Object.keys(values)) {
    columnOf(target, name);
    const identity = rules.identities.find(({ field }) => field.name === name);
    if (!identity || (then === "insert" && identity.explicit)) continue;
    throw invalidOption(
      `${subject}: "${name}" is an identity column, whose numbers are given out.`,
    );
  }
  return target.fields.map((field) =>
    Object.hasOwn(values, field.name) ? assignment(scope, values[field.name]!, field) : undefined,
  );
}

/** Whether the rules of the table give a column its value, where the clause takes all columns from the source. */
function isFilledIn(
  name: string,
  then: Clause["then"],
  { source: from }: Scope,
  { generated, identities, defaults }: TableRules,
): boolean {
  const isMissing = !from?.fields.some((field) => field.name === name);
  const identity = identities.find(({ field }) => field.name === name);
  if (identity) return then === "update" || !identity.explicit || isMissing;
  if (generated.some(({ field }) => field.name === name)) return true;
  return then === "insert" && isMissing && defaults.some(({ field }) => field.name === name);
}

/** What a column becomes. A source column of its type is taken as it is. */
function assignment(scope: Scope, value: Value, field: Field): BoundValue {
  if (isExpression(value) && value.op === "column" && value.of === "source" && !value.path) {
    const { column: name } = value;
    const from = scope.source?.fields.find((other) => other.name === name);
    if (from && sameType(from.column.type, field.column.type)) {
      return {
        type: field.column.type,
        columns: { target: [], source: [name] },
        evaluate: ({ source: batch }) => columnData(batch!, name),
      };
    }
  }
  return bindValue(scope, value, field);
}

/** The column of the source that has the name of one of the table. */
function sameColumn(subject: string, name: string, { source: from }: Scope): Value {
  if (from?.fields.some((field) => field.name === name)) return source(name);
  throw invalidOption(
    from
      ? `${subject}: the source has no column "${name}" to take values from.`
      : `${subject}: an update of rows without a source row needs \`set\`.`,
    from
      ? "Name the columns that get values: `set` of an update, `values` of an insert."
      : undefined,
  );
}
