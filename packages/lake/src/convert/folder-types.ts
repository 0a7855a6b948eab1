import { integerRange, type LogicalType, parseDate } from "@lakewright/core";

/** An integer as it would be written again. */
const INTEGER = /^(?:0|-?[1-9]\d{0,17})$/;

/** The type of a folder level by its values: integer or date where each of them is one, else text. */
export function folderType(values: Iterable<string | null>): LogicalType {
  const texts = [...values].filter((value): value is string => value !== null);
  if (texts.length === 0) return { kind: "utf8" };
  if (texts.every((text) => INTEGER.test(text))) {
    const [least, most] = integerRange.int32;
    const isSmall = texts.every((text) => Number(text) >= least && Number(text) <= most);
    return { kind: isSmall ? "int32" : "int64" };
  }
  return texts.every(isDate) ? { kind: "date" } : { kind: "utf8" };
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && parseDate(text) !== undefined;
}
