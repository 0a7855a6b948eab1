import { columnOf, type LogicalType, type Table } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import { bindNode, placeOf, treeOf } from "../expression/bind.ts";
import { columnsUsed } from "../expression/columns.ts";
import { bindCondition, joinCondition } from "../expression/evaluate.ts";
import { call, type Expression } from "../expression/expression.ts";
import type { BoundCondition, Scope } from "../expression/types.ts";
import { toData } from "../expression/vector.ts";
import { invalidOption, isNames } from "../options.ts";
import type { Where } from "../where/expression.ts";
import { columnData } from "./row-set.ts";

/** One side of an equality: a column, or what is computed from columns of one table. */
export interface KeySide {
  /** As errors call it. */
  readonly name: string;
  readonly type: LogicalType;
  /** Columns it looks at. */
  readonly columns: readonly string[];
  /** Whether it is a column as it is, of which statistics tell. */
  readonly isColumn: boolean;
  valuesOf(batch: RecordBatch): Data;
}

/** What must be equal in both. */
export interface KeyPair {
  readonly target: KeySide;
  readonly source: KeySide;
}

/** When a source row matches a row of the table. */
export interface On {
  readonly keys: readonly KeyPair[];
  /** What else must hold. */
  readonly rest: BoundCondition | undefined;
}

/**
 * Takes the condition of a merge apart.
 *
 * @throws LakeError LAKE_INVALID_OPTION, LAKE_INVALID_EXPRESSION; CoreError CORE_SCHEMA_MISMATCH for a column that is not there.
 */
export function bindOn(target: Table, source: Table, on: readonly string[] | Where): On {
  if (Array.isArray(on)) {
    if (isNames(on) !== undefined || on.length === 0) {
      throw invalidOption(
        "merge: on must name a column at least, or be a condition.",
        'Write on: ["id"], or on: eq("id", source("id")).',
      );
    }
    const names = [...new Set(on as readonly string[])];
    const keys = names.map((name) => ({
      target: columnSide(target, name),
      source: columnSide(source, name),
    }));
    return { keys, rest: undefined };
  }
  const scope = { target, source };
  const { equal, rest } = joinCondition(scope, on as Where);
  const keys: KeyPair[] = [];
  const others: Expression[] = rest ? [rest] : [];
  for (const pair of equal) {
    const sides = {
      target: sideOf(scope, "target", pair.target),
      source: sideOf(scope, "source", pair.source),
    };
    if (sides.target && sides.source) keys.push(sides as KeyPair);
    else others.push(call("=", pair.target, pair.source));
  }
  const [first, ...more] = others;
  const condition = more.reduce((all, other) => all && call("and", all, other), first);
  return { keys, rest: condition && bindCondition(scope, condition) };
}

function columnSide(table: Table, name: string): KeySide {
  return {
    name,
    type: columnOf(table, name).type,
    columns: [name],
    isColumn: true,
    valuesOf: (batch) => columnData(batch, name),
  };
}

/** An expression on one table as a side of an equality; undefined for one without a type, which is null. */
function sideOf(
  scope: Scope,
  of: "target" | "source",
  expression: Expression,
): KeySide | undefined {
  const tree = treeOf(expression);
  if (tree.op === "column") {
    const place = placeOf(scope, tree);
    if (place.path.length === 0) return columnSide(scope[of]!, place.column);
  }
  const { type, text, evaluate } = bindNode(scope, tree);
  if (type.kind === "null") return undefined;
  return {
    name: text,
    type,
    columns: columnsUsed(scope, tree)[of],
    isColumn: false,
    valuesOf(batch) {
      const rows = batch.numRows;
      return toData(evaluate({ rows, [of]: batch }, undefined), type, rows);
    },
  };
}
