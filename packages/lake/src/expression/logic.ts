import type { LogicalType } from "@lakewright/core";
import { castNode, sameSqlType } from "./cast.ts";
import { comparison, orderOf } from "./comparison.ts";
import { invalidExpression } from "./errors.ts";
import { adaptedTo } from "./literal.ts";
import { type Mask, type Node } from "./node.ts";
import { Picked } from "./picked.ts";
import { BOOL, commonType, isNested, NULL, showType, type SqlType } from "./sql-type.ts";
import type { RowSet } from "./types.ts";
import type { Vector } from "./vector.ts";

const FALSE = 0;
const TRUE = 1;
const UNKNOWN = 2;

/** The truth of a boolean value for each row: 0 false, 1 true, 2 unknown. */
export function truthOf(node: Node, rows: RowSet, mask: Mask): Uint8Array {
  const { values, valid, step } = node.evaluate(rows, mask);
  const truth = new Uint8Array(rows.rows);
  for (let i = 0; i < truth.length; i++) {
    const k = i * step;
    truth[i] = valid && valid[k] !== 1 ? UNKNOWN : (values[k] as number);
  }
  return truth;
}

function fromTruth(truth: Uint8Array): Vector {
  if (!truth.includes(UNKNOWN)) return { type: BOOL, values: truth, valid: undefined, step: 1 };
  const valid = truth.map((value) => Number(value !== UNKNOWN));
  return { type: BOOL, values: truth.map((value) => value & 1), valid, step: 1 };
}

/** Refuses what is neither true nor false. */
export function asCondition(node: Node): Node {
  if (node.type.kind === "bool") return node;
  if (node.type.kind === "null") return castNode(node, BOOL);
  throw invalidExpression(`${node.text} is ${showType(node.type)}, where a condition is wanted.`);
}

/** AND and OR of Kleene's logic. A term is not computed for rows the terms before it decide. */
export function junction(name: "and" | "or", args: readonly Node[], text: string): Node {
  const terms = args.map(asCondition);
  const decisive = name === "and" ? FALSE : TRUE;
  return {
    type: BOOL,
    text,
    evaluate(rows, mask) {
      const result = new Uint8Array(rows.rows).fill(1 - decisive);
      let open = mask;
      for (const term of terms) {
        const truth = truthOf(term, rows, open);
        let decided = 0;
        for (let i = 0; i < result.length; i++) {
          if (result[i] === decisive) decided++;
          else if (truth[i] === decisive) {
            result[i] = decisive;
            decided++;
          } else if (truth[i] === UNKNOWN) result[i] = UNKNOWN;
        }
        if (decided > 0)
          open = result.map((value, i) => Number(value !== decisive && (mask?.[i] ?? 1) === 1));
      }
      return fromTruth(result);
    },
  };
}

export function negation(arg: Node, text: string): Node {
  const term = asCondition(arg);
  return {
    type: BOOL,
    text,
    evaluate(rows, mask) {
      const { values, valid, step } = term.evaluate(rows, mask);
      return { type: BOOL, values: (values as Uint8Array).map((value) => 1 - value), valid, step };
    },
  };
}

export function nullTest(arg: Node, wanted: boolean, text: string): Node {
  return {
    type: BOOL,
    text,
    evaluate(rows, mask) {
      const { values, valid, step, data } = arg.evaluate(rows, mask);
      const length = step === 0 ? 1 : (data?.length ?? values.length);
      const result = new Uint8Array(length).fill(wanted ? 0 : 1);
      if (valid) for (let i = 0; i < length; i++) result[i] = (valid[i] === 1) === wanted ? 0 : 1;
      return { type: BOOL, values: result, valid: undefined, step };
    },
  };
}

/** CASE: pairs of a condition and a value, then the value of the rest. Values are computed for the rows that take them. */
export function caseOf(args: readonly Node[], text: string): Node {
  const conditions: Node[] = [];
  const given: Node[] = [];
  for (let k = 0; k + 1 < args.length; k += 2) {
    conditions.push(asCondition(args[k]!));
    given.push(args[k + 1]!);
  }
  const hasElse = args.length % 2 === 1;
  if (hasElse) given.push(args.at(-1)!);
  const { type, values } = unified(given, text);
  return {
    type,
    text,
    evaluate(rows, mask) {
      const result = new Picked(type, rows.rows);
      const open = mask ? mask.slice() : new Uint8Array(rows.rows).fill(1);
      for (const [k, condition] of conditions.entries()) {
        if (!open.includes(1)) break;
        const truth = truthOf(condition, rows, open);
        const chosen = open.map((value, i) => Number(value === 1 && truth[i] === TRUE));
        if (!chosen.includes(1)) continue;
        result.take(values[k]!.evaluate(rows, chosen), chosen);
        for (let i = 0; i < open.length; i++) if (chosen[i] === 1) open[i] = 0;
      }
      if (hasElse && open.includes(1)) result.take(values.at(-1)!.evaluate(rows, open), open);
      return result.vector();
    },
  };
}

/** The first value that is not null. */
export function coalesce(args: readonly Node[], text: string): Node {
  const { type, values } = unified(args, text);
  return {
    type,
    text,
    evaluate(rows, mask) {
      const result = new Picked(type, rows.rows);
      const open = mask ? mask.slice() : new Uint8Array(rows.rows).fill(1);
      for (const value of values) {
        if (!open.includes(1)) break;
        const vector = value.evaluate(rows, open);
        result.take(vector, open);
        for (let i = 0; i < open.length; i++) {
          if (!vector.valid || vector.valid[i * vector.step] === 1) open[i] = 0;
        }
      }
      return result.vector();
    },
  };
}

/** Null where two values are equal, else the first. */
export function nullIf(a: Node, b: Node, text: string): Node {
  const equal = comparison("=", a, b, text);
  return {
    type: a.type,
    text,
    evaluate(rows, mask) {
      const result = new Picked(a.type, rows.rows);
      const truth = truthOf(equal, rows, mask);
      const kept = truth.map((value, i) => Number(value !== TRUE && (mask?.[i] ?? 1) === 1));
      result.take(a.evaluate(rows, kept), kept);
      return result.vector();
    },
  };
}

/** The greatest or least of the values that are not null. */
export function extreme(args: readonly Node[], sign: 1 | -1, text: string): Node {
  const { type, values } = unified(args, text);
  const order = orderOf(type);
  return {
    type,
    text,
    evaluate(rows, mask) {
      const result = new Picked(type, rows.rows);
      for (const value of values) {
        const vector = value.evaluate(rows, mask);
        result.take(vector, mask, (mine, its) => sign * order(its, mine) > 0);
      }
      return result.vector();
    },
  };
}

/** Values in the type they have in common. */
function unified(
  args: readonly Node[],
  text: string,
): { readonly type: SqlType; readonly values: readonly Node[] } {
  let type: SqlType = NULL;
  const plain = args.filter((arg) => !arg.literal);
  for (const arg of plain.length > 0 ? plain : args) {
    const next = commonType(type, arg.type);
    if (!next || isNested(next)) throw notAlike(args, text);
    type = next;
  }
  const adaptedArgs = args.map((arg) => adaptedTo(type, arg));
  for (const arg of adaptedArgs) {
    const next = commonType(type, arg.type);
    if (!next) throw notAlike(args, text);
    type = next;
  }
  return {
    type,
    values: adaptedArgs.map((arg) =>
      sameSqlType(arg.type, type) ? arg : castNode(arg, type as LogicalType, arg.text),
    ),
  };
}

function notAlike(args: readonly Node[], text: string): Error {
  return invalidExpression(
    `${text}: ${args.map((arg) => `${arg.text} is ${showType(arg.type)}`).join(", ")}, which have no common type.`,
    { hint: "Cast them to one: CAST(… AS …). Lists, structs and maps are not chosen between." },
  );
}
