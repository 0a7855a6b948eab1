import { PatternReader } from "./reader.ts";
import { codePoint, type Range, renderRanges, SHORTHANDS } from "./ranges.ts";

/** Repetitions above this are refused by Postgres. */
const MOST_REPEATS = 255;

/**
 * The pattern in the syntax that JavaScript (with the u flag), RE2 and Postgres read alike, with the same meaning:
 * `.` is any character but a line feed, `\d \w \s` are ASCII, `^` and `$` are the ends of the text. Lazy quantifiers
 * become plain ones, which match the same texts.
 *
 * @throws QualityError QUALITY_INVALID_PATTERN at what one of them reads otherwise or not at all.
 */
export function portablePattern(pattern: string): string {
  const reader = new PatternReader(pattern);
  const text = alternatives(reader);
  if (!reader.atEnd()) reader.fail("has a ) without its (", "Escape it: \\).");
  return text;
}

function alternatives(reader: PatternReader): string {
  const branches = [branch(reader)];
  while (reader.take("|")) branches.push(branch(reader));
  return branches.join("|");
}

function branch(reader: PatternReader): string {
  let text = "";
  while (!reader.atEnd() && reader.peek() !== "|" && reader.peek() !== ")") text += piece(reader);
  return text;
}

function piece(reader: PatternReader): string {
  const atom = readAtom(reader);
  const anchor = atom === "^" || atom === "$";
  const quantifier = readQuantifier(reader);
  if (quantifier === "") return atom;
  if (anchor) reader.fail("repeats an anchor", "Leave the quantifier out.");
  reader.take("?");
  if (readQuantifier(reader) !== "") {
    reader.fail("has two quantifiers in a row", "Put the inner one in a group: (?:a*)*.");
  }
  return atom + quantifier;
}

function readQuantifier(reader: PatternReader): string {
  const sign = reader.peek();
  if (sign === "*" || sign === "+" || sign === "?") return reader.next();
  const counted = reader.match(/\{(\d+)(,(\d*))?\}/y);
  if (!counted) return "";
  const [text, min, , max] = counted;
  if (Number(min) > MOST_REPEATS || Number(max ?? 0) > MOST_REPEATS) {
    reader.fail(`repeats more than ${MOST_REPEATS} times`, "Check the length instead.");
  }
  if (max && Number(max) < Number(min)) {
    reader.fail("has a quantifier whose maximum is below its minimum", "Exchange them.");
  }
  return text;
}

function readAtom(reader: PatternReader): string {
  const character = reader.next();
  switch (character) {
    case "(":
      return group(reader);
    case "[":
      return bracket(reader);
    case ".":
      return "[^\\n]";
    case "\\":
      return escape(reader);
    case "^":
    case "$":
      return character;
    case "*":
    case "+":
    case "?":
      return reader.fail("has a quantifier that follows nothing", `Escape it: \\${character}.`);
    case "{":
    case "}":
    case "]":
      return reader.fail(`has a bare ${character}`, `Escape it: \\${character}.`);
    default:
      return literal(character);
  }
}

function group(reader: PatternReader): string {
  reader.match(/\?:|\?<[A-Za-z]\w*>/y);
  if (reader.peek() === "?") {
    reader.fail(
      "has look-around or flags in a group",
      "RE2 and Postgres have none; write it with alternatives, or as two checks.",
    );
  }
  const inner = alternatives(reader);
  if (!reader.take(")"))
    reader.fail("has a ( without its )", "Close the group, or escape it: \\(.");
  return `(?:${inner})`;
}

function escape(reader: PatternReader): string {
  const shorthand = reader.match(/[dwsDWS]/y)?.[0];
  if (shorthand !== undefined) {
    const negated = shorthand === shorthand.toUpperCase();
    return `[${negated ? "^" : ""}${renderRanges(SHORTHANDS[shorthand.toLowerCase()]!)}]`;
  }
  return literal(String.fromCodePoint(escaped(reader)));
}

/** The code point of an escape that stands for one character. */
function escaped(reader: PatternReader): number {
  const hex = reader.match(/x([\dA-Fa-f]{2})|u([\dA-Fa-f]{4})|[xu]\{([\dA-Fa-f]{1,6})\}/y);
  if (hex) return codePoint(reader, Number.parseInt(hex[1] ?? hex[2] ?? hex[3]!, 16));
  const character = reader.atEnd() ? "" : reader.next();
  const control = CONTROLS[character];
  if (control !== undefined) return control;
  if (/^[!-/:-@[-`{-~]$/.test(character)) return character.codePointAt(0)!;
  return reader.fail(
    `has the escape \\${character}`,
    character === "b" || character === "B"
      ? "What a word is differs between engines; write (^|[^0-9A-Za-z_])."
      : "It is not read alike by JavaScript, RE2 and Postgres; write the characters out.",
  );
}

const CONTROLS: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, f: 12, v: 11 };

function bracket(reader: PatternReader): string {
  const negated = reader.take("^");
  const ranges: Range[] = [];
  while (!reader.take("]")) {
    if (reader.atEnd()) reader.fail("has a [ without its ]", "Close the class, or escape it: \\[.");
    const shorthand = reader.match(/\\([dwsDWS])/y)?.[1];
    if (shorthand !== undefined) {
      const known = SHORTHANDS[shorthand];
      if (!known) reader.fail(`has \\${shorthand} in a class`, "Write a class for what is meant.");
      else ranges.push(...known);
      continue;
    }
    const from = member(reader);
    const ranged = reader.match(/-(?!\])/y) !== null;
    const to = ranged ? member(reader) : from;
    if (to < from) reader.fail("has a range that runs backwards", "Exchange its ends.");
    ranges.push([from, to]);
  }
  if (ranges.length === 0) reader.fail("has an empty class", "List a character.");
  return `[${negated ? "^" : ""}${renderRanges(ranges)}]`;
}

function member(reader: PatternReader): number {
  const character = reader.next();
  if (character === "[") reader.fail("has a bare [ in a class", "Escape it: \\[.");
  return character === "\\" ? escaped(reader) : character.codePointAt(0)!;
}

function literal(character: string): string {
  const code = character.codePointAt(0)!;
  const named = Object.entries(CONTROLS).find(([, value]) => value === code);
  if (named) return `\\${named[0]}`;
  return /[\^$\\.*+?()[\]{}|]/.test(character) ? `\\${character}` : character;
}
