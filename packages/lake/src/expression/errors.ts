import { LakeError } from "../errors.ts";

/** An expression that is not understood; `position` counts characters of its text from 1. */
export function invalidExpression(
  message: string,
  { hint, text, position }: { hint?: string; text?: string; position?: number } = {},
): LakeError {
  const place = position === undefined ? "" : ` At character ${position} of ${shown(text ?? "")}.`;
  return new LakeError("LAKE_INVALID_EXPRESSION", `${message}${place}`, {
    hint,
    details: {
      ...(text === undefined ? {} : { text }),
      ...(position === undefined ? {} : { position }),
    },
  });
}

/** A value that an operation cannot make; what evaluates knows the row and the expression. */
export class ValueProblem extends Error {
  override readonly name = "ValueProblem";
}

/** The error of a row, of a problem found while its values were computed; other errors as they are. */
export function rowError(error: unknown, row: number, expression: string): unknown {
  if (!(error instanceof ValueProblem)) return error;
  return new LakeError("LAKE_INVALID_VALUE", `Row ${row}: ${expression}: ${error.message}.`, {
    hint: "Guard the expression for such rows: CASE WHEN …, coalesce(…), nullif(divisor, 0).",
    details: { row, expression },
  });
}

function shown(text: string): string {
  return JSON.stringify(text.length <= 80 ? text : `${text.slice(0, 79)}…`);
}
