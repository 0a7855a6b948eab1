import { invalidExpression } from "./errors.ts";

/** A word, a quoted name, a literal or a sign, with its first character in the text. */
export interface Token {
  readonly kind: "word" | "name" | "string" | "number" | "sign" | "end";
  /** A word and a number as written, a name and a string without their quotes. */
  readonly text: string;
  /** Of the first character, from 0. */
  readonly at: number;
}

const SIGNS = [
  "<=>",
  "<>",
  "!=",
  "<=",
  ">=",
  "==",
  "||",
  "::",
  ..."()+-*/%=<>,.!",
] as const satisfies readonly string[];

const SPACE = /\s+|--[^\n]*|\/\*[\s\S]*?\*\//y;
const NUMBER = /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:[bB][dD]|[lLsSyYfFdD])?(?![\p{L}\d_])/uy;
const WORD = /[\p{L}_][\p{L}\p{N}_]*/uy;

/**
 * The tokens of a SQL expression, ending with one of kind "end".
 *
 * @throws LakeError LAKE_INVALID_EXPRESSION
 */
export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0];
  };
  while (at < sql.length) {
    const space = take(SPACE);
    if (space !== undefined) {
      at += space.length;
      continue;
    }
    const start = at;
    const first = sql[at]!;
    if (first === "'" || first === '"') {
      const [text, end] = readString(sql, at, false);
      at = end;
      tokens.push({ kind: "string", text, at: start });
      continue;
    }
    if (first === "`") {
      const [text, end] = readName(sql, at);
      at = end;
      tokens.push({ kind: "name", text, at: start });
      continue;
    }
    if (/^[rR]['"]/.test(sql.slice(at, at + 2))) {
      const [text, end] = readString(sql, at + 1, true);
      at = end;
      tokens.push({ kind: "string", text, at: start });
      continue;
    }
    const number = take(NUMBER);
    // "a.1" has no number in it, and "t.e1" is a column of t.
    const afterName = tokens.at(-1)?.kind === "word" || tokens.at(-1)?.kind === "name";
    if (number !== undefined && !(first === "." && afterName)) {
      at += number.length;
      tokens.push({ kind: "number", text: number, at: start });
      continue;
    }
    const word = take(WORD);
    if (word !== undefined) {
      at += word.length;
      tokens.push({ kind: "word", text: word, at: start });
      continue;
    }
    const sign = SIGNS.find((candidate) => sql.startsWith(candidate, at));
    if (sign === undefined) {
      throw invalidExpression(`There is no ${JSON.stringify(first)} in expressions.`, {
        text: sql,
        position: at + 1,
        hint: "Names with other characters are written in backticks: `unit price`.",
      });
    }
    at += sign.length;
    tokens.push({ kind: "sign", text: sign, at: start });
  }
  tokens.push({ kind: "end", text: "", at: sql.length });
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "0": "\0",
  b: "\b",
  n: "\n",
  r: "\r",
  t: "\t",
  Z: "\u001a",
  // Kept for the patterns of LIKE.
  "%": "\\%",
  _: "\\_",
};

/** A text in quotes, doubled inside for one, with the escapes of Spark unless it is raw. */
function readString(sql: string, from: number, raw: boolean): readonly [string, number] {
  const quote = sql[from]!;
  let text = "";
  for (let at = from + 1; at < sql.length; at++) {
    const character = sql[at]!;
    if (character === quote) {
      if (raw || sql[at + 1] !== quote) return [text, at + 1];
      text += quote;
      at++;
    } else if (character === "\\" && !raw && at + 1 < sql.length) {
      const code = /^(?:u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-3][0-7]{2})/.exec(
        sql.slice(at + 1, at + 10),
      )?.[0];
      if (code === undefined) {
        const escaped = sql[++at]!;
        text += ESCAPES[escaped] ?? escaped;
        continue;
      }
      const point = /^u/i.test(code) ? parseInt(code.slice(1), 16) : parseInt(code, 8);
      if (point > 0x10_ffff) throw unclosed(sql, at, `The escape \\${code} is no character`);
      text += String.fromCodePoint(point);
      at += code.length;
    } else text += character;
  }
  throw unclosed(sql, from, "A text has no end");
}

function readName(sql: string, from: number): readonly [string, number] {
  let text = "";
  for (let at = from + 1; at < sql.length; at++) {
    if (sql[at] !== "`") text += sql[at]!;
    else if (sql[at + 1] === "`") {
      text += "`";
      at++;
    } else if (text === "") break;
    else return [text, at + 1];
  }
  throw unclosed(sql, from, "A name in backticks has no end, or is empty");
}

function unclosed(text: string, at: number, message: string): Error {
  return invalidExpression(`${message}.`, { text, position: at + 1 });
}
