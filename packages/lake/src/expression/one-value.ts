import { CoreError, describeType, type Field, tableFromFields, toBatch } from "@lakewright/core";
import type { Data } from "apache-arrow";

/**
 * One value of a column, checked as that of a row is.
 *
 * @throws CoreError CORE_INVALID_VALUE
 */
export function oneValue({ name, column }: Field, value: unknown): Data {
  const table = tableFromFields("values", [{ name, column }]);
  try {
    return toBatch(table, [{ [name]: value }]).data.children[0]!;
  } catch (error) {
    if (!(error instanceof CoreError) || error.code !== "CORE_INVALID_VALUE") throw error;
    const message = error.message.replace(/^Row 0 of table "values", c/, "C");
    throw new CoreError("CORE_INVALID_VALUE", message, {
      hint: `The column is ${describeType(column.type)}. What is computed from columns is sql("amount * 2").`,
      details: { column: name, value },
    });
  }
}
