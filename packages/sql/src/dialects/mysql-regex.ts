import { SqlError } from "../errors.ts";
import { type Parameter, Sql } from "../text.ts";

/** The pattern for the REGEXP of MySQL and MariaDB, where it is a bound text; any other SQL is taken as it is. */
export function mysqlPattern(pattern: Sql): Sql {
  const [part, ...more] = pattern.parts;
  if (part?.kind !== "parameter" || more.length > 0) return pattern;
  const { value } = part.parameter;
  if (typeof value !== "string") return pattern;
  const parameter: Parameter = { ...part.parameter, value: toMysqlRegex(value) };
  return new Sql([{ kind: "parameter", parameter }]);
}

const WORD = "A-Za-z0-9_";
/** RE2's classes are of ASCII. */
const CLASSES: Readonly<Record<string, string>> = { d: "0-9", w: WORD, s: "\\t\\n\\f\\r " };
const POSIX: Readonly<Record<string, string>> = {
  alnum: "0-9A-Za-z",
  alpha: "A-Za-z",
  ascii: "\\x00-\\x7f",
  blank: "\\t ",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-/:-@\\[-`{-~",
  space: "\\t\\n\\x0b\\f\\r ",
  upper: "A-Z",
  word: WORD,
  xdigit: "0-9A-Fa-f",
};
const AT_EDGE = `(?:(?<=[${WORD}])(?![${WORD}])|(?<![${WORD}])(?=[${WORD}]))`;
const INSIDE = `(?:(?<=[${WORD}])(?=[${WORD}])|(?<![${WORD}])(?![${WORD}]))`;
const ASSERTIONS: Readonly<Record<string, string>> = {
  b: AT_EDGE,
  B: INSIDE,
  A: "\\A",
  z: "\\z",
};
/** What stands for one character; a \v would be a class. */
const CHARACTERS: Readonly<Record<string, string>> = {
  a: "\\x07",
  f: "\\f",
  n: "\\n",
  r: "\\r",
  t: "\\t",
  v: "\\x0b",
};

/**
 * A regular expression of RE2 as ICU (MySQL) and PCRE (MariaDB) read it, with the same matches whatever the collation.
 * What differs: the ends of a text and of lines, the dot, the classes, brackets, names of groups.
 * https://github.com/google/re2/wiki/Syntax, https://unicode-org.github.io/icu/userguide/strings/regexp.html,
 * https://www.pcre.org/current/doc/html/pcre2pattern.html
 *
 * @throws SqlError SQL_UNSUPPORTED for what they cannot express alike.
 */
function toMysqlRegex(pattern: string): string {
  const flags = /^\(\?([ims]+)\)/.exec(pattern)?.[1] ?? "";
  const start = flags === "" ? 0 : flags.length + 3;
  const places: Readonly<Record<string, string>> = {
    ".": flags.includes("s") ? "[\\s\\S]" : "[^\\n]",
    "^": flags.includes("m") ? "(?:\\A|(?<=\\n))" : "\\A",
    $: flags.includes("m") ? "(?:(?=\\n)|\\z)" : "\\z",
    "{": "\\{",
    "}": "\\}",
    "]": "\\]",
  };
  let out = flags.includes("i") ? "(?i)" : "(?-i)";
  let bracket = false;
  for (let at = start; at < pattern.length;) {
    const token = TOKEN.exec(pattern.slice(at))![0];
    at += token.length;
    if (bracket) {
      bracket = token !== "]";
      out += bracketToken(token, pattern);
    } else if (token.startsWith("[")) {
      bracket = true;
      out += token.endsWith("]") ? `${token.slice(0, -1)}\\]` : token;
      // A posix class is one only inside of brackets.
      if (token.startsWith("[:")) throw unsupported(token, pattern);
    } else if (token.startsWith("\\")) out += escape(token, pattern);
    else if (token.startsWith("(?")) out += group(token, pattern);
    else out += places[token] ?? token;
  }
  return out;
}

/** An escape, a class of characters, the start of a bracket (a first "]" is in it), a group, a count, a character. */
const TOKEN =
  /^(?:\\x\{[0-9a-fA-F]+\}|\\x[0-9a-fA-F]{2}|\\[pP]\{[^}]*\}|\\[pP]\w|\\[\s\S]|\[:\^?\w+:\]|\[\^?\]?|\(\?P?<\w+>|\(\?[a-zA-Z]*[:)]|\(\?[^)]?|\{\d+(?:,\d*)?\}|[\s\S])/u;

function escape(token: string, pattern: string): string {
  const letter = token[1]!;
  const assertion = ASSERTIONS[letter];
  if (assertion !== undefined) return assertion;
  const inside = CLASSES[letter.toLowerCase()];
  if (inside !== undefined) return `[${letter === letter.toLowerCase() ? "" : "^"}${inside}]`;
  return characterEscape(token, pattern);
}

function bracketToken(token: string, pattern: string): string {
  const posix = /^\[:(\w+):\]$/.exec(token)?.[1];
  if (posix !== undefined && POSIX[posix] !== undefined) return POSIX[posix];
  if (token.startsWith("[:")) throw unsupported(token, pattern);
  // ICU makes sets of sets.
  if (token.startsWith("[")) return token.replaceAll(/[[\]]/g, "\\$&");
  if (token === "&" || token === "~") return `\\${token}`;
  if (!token.startsWith("\\")) return token;
  const inside = CLASSES[token[1]!];
  if (inside !== undefined) return inside;
  if (/[DWSbBAz]/.test(token[1]!)) throw unsupported(token, pattern);
  return characterEscape(token, pattern);
}

function characterEscape(token: string, pattern: string): string {
  const property = /^\\([pP])\{?(\^?\w+)\}?$/.exec(token);
  if (property !== null) return `\\${property[1]}{${property[2]}}`;
  if (token.startsWith("\\x")) return token;
  const character = CHARACTERS[token[1]!];
  if (character !== undefined) return character;
  if (/^\\[\p{L}\d]/u.test(token)) throw unsupported(token, pattern);
  return token;
}

function group(token: string, pattern: string): string {
  if (token === "(?:" || token === "(?i:" || token === "(?i)") return token;
  if (token.endsWith(">")) return "(";
  throw unsupported(token, pattern);
}

function unsupported(token: string, pattern: string): SqlError {
  return new SqlError(
    "SQL_UNSUPPORTED",
    `The regular expression ${JSON.stringify(pattern)} has ${token}, which MySQL and MariaDB cannot express alike.`,
    { hint: "Write it with classes in brackets, and flags at its start.", details: { pattern } },
  );
}
