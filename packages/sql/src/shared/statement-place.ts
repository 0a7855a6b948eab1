/** A place in a statement, counted from 1; `column` in characters, undefined where the engine does not say. */
export interface StatementPlace {
  readonly line: number;
  readonly column?: number;
}

/** The place of the n-th character of a statement, from 1: what Postgres tells. */
export function placeOf(statement: string, nth: number): StatementPlace | undefined {
  if (!Number.isSafeInteger(nth) || nth < 1) return undefined;
  const before = [...statement].slice(0, nth - 1);
  const start = before.lastIndexOf("\n") + 1;
  return {
    line: before.filter((character) => character === "\n").length + 1,
    column: nth - start,
  };
}

/** The place DuckDB draws: a line of the statement, cut to what fits, and a caret below it. */
export function drawnPlace(message: string, statement: string): StatementPlace | undefined {
  const drawn = /\n(LINE (\d+): )(.*)\n( *)\^/.exec(message);
  if (drawn === null) return undefined;
  const [, prefix, number, excerpt, indent] = drawn as unknown as [string, ...Drawing];
  const line = Number(number);
  const whole = statement.split("\n")[line - 1];
  if (whole === undefined) return undefined;
  const isCut = excerpt.startsWith("...");
  const shown = excerpt.replace(/^\.\.\.|\.\.\.$/g, "");
  const start = whole.indexOf(shown);
  const at = indent.length - prefix.length - (isCut ? 3 : 0);
  // The caret stands where the eye sees the character, and a wide one takes two places.
  const isPlain = !/[\u0300-\u036f\u1100-\u{10ffff}]/u.test(shown.slice(0, Math.max(at, 0)));
  const isCertain = start >= 0 && start === whole.lastIndexOf(shown) && at >= 0 && isPlain;
  if (!isCertain) return { line };
  const place = { line, column: [...whole.slice(0, start)].length + at + 1 };
  return /^Parser Error/.test(message) ? parserPlace(message, statement, place) : place;
}

/** The parser of DuckDB counts characters, which it then draws as if they were bytes. */
function parserPlace(
  message: string,
  statement: string,
  { line, column }: Required<StatementPlace>,
): StatementPlace {
  const lines = statement.split("\n");
  const before = [...lines.slice(0, line - 1), [...lines[line - 1]!].slice(0, column - 1).join("")];
  const characters = new TextEncoder().encode(before.join("\n")).length;
  const near = /at or near "(.*)"/.exec(message)?.[1] ?? "";
  const isThere = [...statement].slice(characters).join("").startsWith(near);
  return isThere ? placeOf(statement, characters + 1)! : { line };
}

type Drawing = [prefix: string, line: string, excerpt: string, indent: string];

/** A message with the place at the end of its first line. */
export function withPlace(message: string, place: StatementPlace | undefined): string {
  if (place === undefined) return message;
  const column = place.column === undefined ? "" : `, column ${place.column}`;
  return message.replace(/(?=\n|$)/, ` (line ${place.line}${column})`);
}
