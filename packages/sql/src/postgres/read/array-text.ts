import { SqlError } from "../../errors.ts";

/**
 * The items of an array as the server writes it: `{1,NULL,"a \"b\""}`, with its bounds before it where it does not
 * begin at 1. https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO
 */
export function parseArray<R>(
  text: string,
  column: string,
  parse: (item: string, column: string) => R,
): (R | null)[] {
  const items: (R | null)[] = [];
  let at = text.startsWith("[") ? text.indexOf("=") + 2 : 1;
  while (text[at] !== "}") {
    const c = text[at];
    if (c === "{") throw nested(column);
    if (c === '"') {
      let item = "";
      for (at++; text[at] !== '"'; at++) {
        if (text[at] === "\\") at++;
        item += text[at];
      }
      at++;
      items.push(parse(item, column));
    } else {
      let end = at;
      while (text[end] !== "," && text[end] !== "}") end++;
      const item = text.slice(at, end);
      items.push(item === "NULL" ? null : parse(item, column));
      at = end;
    }
    if (text[at] === ",") at++;
  }
  return items;
}

function nested(column: string): SqlError {
  return new SqlError(
    "SQL_UNSUPPORTED",
    `Column "${column}" has an array of more than one dimension, which its type does not tell.`,
    { hint: "Take it as JSON text: array_to_json(…)::text.", details: { column } },
  );
}
