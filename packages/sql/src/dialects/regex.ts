import { SqlError } from "../errors.ts";
import { type Parameter, Sql } from "../text.ts";

const WORD = "A-Za-z0-9_";
const SPACE = "\\t\\n\\f\\r ";
/** RE2's classes are of ASCII, those of Postgres of the locale. */
const CLASSES: Readonly<Record<string, string>> = { d: "0-9", w: WORD, s: SPACE };
const isWord = { before: `(?<=[${WORD}])`, after: `(?=[${WORD}])` };
const noWord = { before: `(?<![${WORD}])`, after: `(?![${WORD}])` };
const ASSERTIONS: Readonly<Record<string, string>> = {
  b: `(?:${isWord.before}${noWord.after}|${noWord.before}${isWord.after})`,
  B: `(?:${isWord.before}${isWord.after}|${noWord.before}${noWord.after})`,
  A: "\\A",
  z: "\\Z",
};
/** Postgres counts to 255. */
const MAX_COUNT = 255;

/** The pattern for the `~` of Postgres, where it is a bound text; any other SQL is taken as it is. */
export function postgresPattern(pattern: Sql): Sql {
  const [part, ...more] = pattern.parts;
  if (part?.kind !== "parameter" || more.length > 0) return pattern;
  const { value } = part.parameter;
  if (typeof value !== "string") return pattern;
  const parameter: Parameter = { ...part.parameter, value: toPostgresRegex(value) };
  return new Sql([{ kind: "parameter", parameter }]);
}

/**
 * A regular expression of RE2 as Postgres reads it, with the same matches. What differs: the dot, which matches a line
 * break in Postgres; the word boundary; the classes; names of groups; flags.
 * https://github.com/google/re2/wiki/Syntax, https://www.postgresql.org/docs/current/functions-matching.html
 *
 * @throws SqlError SQL_UNSUPPORTED for what Postgres cannot express: `\pL`, flags inside the pattern, {1000}.
 */
function toPostgresRegex(pattern: string): string {
  const flags = /^\(\?([ims]+)\)/.exec(pattern);
  const dotMatchesBreak = flags?.[1]!.includes("s") ?? false;
  let out = prefixOf(flags?.[1] ?? "");
  let bracket = false;
  for (let at = flags?.[0].length ?? 0; at < pattern.length;) {
    const token = TOKEN.exec(pattern.slice(at))![0];
    at += token.length;
    if (bracket) {
      bracket = token !== "]";
      out += token.startsWith("\\") ? bracketEscape(token, pattern) : token;
    } else if (token.startsWith("[")) {
      bracket = true;
      out += token.endsWith("]") ? `${token.slice(0, -1)}\\]` : token;
    } else if (token === ".") out += dotMatchesBreak ? "." : "[^\\n]";
    else if (token.startsWith("\\")) out += escape(token, pattern);
    else if (token.startsWith("(?")) out += group(token, pattern);
    else out += counted(token, pattern);
  }
  return out;
}

/** An escape, the start of a bracket (a first "]" is one of its characters), a group, a count, a character. */
const TOKEN =
  /^(?:\\x\{[0-9a-fA-F]+\}|\\x[0-9a-fA-F]{2}|\\[pP]\{[^}]*\}|\\[\s\S]|\[\^?\]?|\[:\w+:\]|\(\?P?<\w+>|\(\?[^)]?|\{\d+(?:,\d*)?\}|[\s\S])/u;

/** "w" is Postgres for: ^ and $ at line breaks, the dot as ever. */
function prefixOf(flags: string): string {
  const ours = (flags.includes("i") ? "i" : "") + (flags.includes("m") ? "w" : "");
  return ours === "" ? "" : `(?${ours})`;
}

function escape(token: string, pattern: string): string {
  const letter = token[1]!;
  const assertion = ASSERTIONS[letter];
  if (assertion !== undefined) return assertion;
  const inside = CLASSES[letter.toLowerCase()];
  if (inside !== undefined) return `[${letter === letter.toLowerCase() ? "" : "^"}${inside}]`;
  return characterEscape(token, pattern);
}

function bracketEscape(token: string, pattern: string): string {
  const inside = CLASSES[token[1]!];
  if (inside !== undefined) return inside;
  if (/[DWSbB]/.test(token[1]!)) throw unsupported(token, pattern);
  return characterEscape(token, pattern);
}

function characterEscape(token: string, pattern: string): string {
  const hex = /^\\x\{?([0-9a-fA-F]+)\}?$/.exec(token)?.[1];
  if (hex !== undefined) return `\\U${hex.padStart(8, "0")}`;
  if (/^\\[\p{L}\d]/u.test(token) && !/^\\[tnrfva]/.test(token)) throw unsupported(token, pattern);
  return token;
}

function group(token: string, pattern: string): string {
  if (token === "(?:") return token;
  if (token.endsWith(">")) return "(";
  throw unsupported(token, pattern);
}

function counted(token: string, pattern: string): string {
  const most = Math.max(...(token.match(/\d+/g) ?? []).map(Number));
  if (token.length > 2 && token.startsWith("{") && most > MAX_COUNT) {
    throw unsupported(token, pattern);
  }
  return token;
}

function unsupported(token: string, pattern: string): SqlError {
  return new SqlError(
    "SQL_UNSUPPORTED",
    `The regular expression ${JSON.stringify(pattern)} has ${token}, which Postgres cannot express.`,
    { hint: "Write it with classes in brackets and counts to 255.", details: { pattern } },
  );
}
