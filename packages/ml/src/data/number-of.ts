import { Decimal, showValue } from "@lakewright/core";
import { MlError } from "../errors.ts";

/**
 * A value of a row as a feature: true is 1, null is NaN, a bigint or Decimal becomes the nearest double.
 *
 * @throws MlError ML_INVALID_VALUE for anything else, naming row and column.
 */
export function numberOf(value: unknown, row: number, column: string): number {
  switch (typeof value) {
    case "number":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "bigint":
      return Number(value);
    case "undefined":
      return NaN;
    default:
      if (value === null) return NaN;
      if (value instanceof Decimal) return value.toNumber();
      throw new MlError(
        "ML_INVALID_VALUE",
        `Row ${row}, column "${column}": ${showValue(value)} is no number.`,
        {
          hint: "Encode it as numbers first, or leave the column out with { features: […] }.",
          details: { row, column },
        },
      );
  }
}
