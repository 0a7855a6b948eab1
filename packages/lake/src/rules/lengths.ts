import { batchOf } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import { TEXT } from "../expression/sql-type.ts";
import { fromData, toData } from "../expression/vector.ts";
import type { LengthRule } from "./table-rules.ts";
import { violation } from "./violation.ts";

/**
 * Keeps texts within the length of their column, in characters: char(n) is padded with blanks, blanks at the end that are too
 * many are cut off. Source: CharVarcharCodegenUtils of Spark.
 */
export function checkLengths(
  batch: RecordBatch,
  rules: readonly LengthRule[],
  firstRow: number,
): RecordBatch {
  if (rules.length === 0) return batch;
  const columns = batch.data.children.slice();
  for (const { index, field, kind, length } of rules) {
    const vector = fromData(columns[index]!, TEXT);
    const texts = vector.values as string[];
    let changed: string[] | undefined;
    for (let i = 0; i < batch.numRows; i++) {
      if (vector.valid && vector.valid[i] !== 1) continue;
      const text = fitted(texts[i]!, kind, length);
      if (text === undefined) {
        throw violation({
          rule: `the length of column "${field.name}"`,
          text: `${kind}(${length})`,
          row: firstRow + i,
          values: { [field.name]: texts[i] },
        });
      }
      if (text !== texts[i]) (changed ??= texts.slice())[i] = text;
    }
    if (changed) {
      columns[index] = toData(
        { type: TEXT, values: changed, valid: vector.valid, step: 1 },
        { kind: "utf8" },
        batch.numRows,
      );
    }
  }
  return batchOf(batch.schema, batch.numRows, columns);
}

function fitted(text: string, kind: LengthRule["kind"], length: number): string | undefined {
  // As many code units hold no more characters.
  if (text.length <= length && (kind === "varchar" || text.length === length)) return text;
  const count = Array.from(text).length;
  if (count <= length) return kind === "char" ? text + " ".repeat(length - count) : text;
  const cut = Array.from(text.replace(/ +$/, ""));
  if (cut.length > length) return undefined;
  return cut.join("") + " ".repeat(length - cut.length);
}
