import { ValueProblem } from "../errors.ts";
import { binary, type Node, unary, variadic } from "../node.ts";
import { BINARY, BOOL, INT, TEXT } from "../sql-type.ts";
import { asInt, asText, define, type Functions } from "./define.ts";

/** Functions of text. Lengths and positions count characters (code points), positions from 1, as in Spark. */

const ASCII = /^[\0-\x7f]*$/;

function characters(text: string): number {
  if (ASCII.test(text)) return text.length;
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** A part of a text: from a position counted from 1, or from the end where negative; 0 is 1. */
function substring(text: string, from: number, length = Infinity): string {
  const points = ASCII.test(text) ? undefined : Array.from(text);
  const count = points?.length ?? text.length;
  const start = from > 0 ? from - 1 : from < 0 ? count + from : 0;
  const end = Math.min(start + length, count);
  if (end <= Math.max(start, 0)) return "";
  return points
    ? points.slice(Math.max(start, 0), end).join("")
    : text.slice(Math.max(start, 0), end);
}

/** Characters a text may have: beyond, V8 refuses it with an error of its own, or gives up. */
const LONGEST = 2 ** 28;

function assertFits(length: number): void {
  if (length > LONGEST) throw new ValueProblem("the text would be too long");
}

function padded(text: string, length: number, pad: string, left: boolean): string {
  const points = Array.from(text);
  if (points.length >= length) return points.slice(0, Math.max(length, 0)).join("");
  const fill = Array.from(pad);
  if (fill.length === 0) return text;
  const missing = length - points.length;
  assertFits(text.length + Math.ceil(missing / fill.length) * pad.length);
  const padding =
    pad.repeat(Math.floor(missing / fill.length)) + fill.slice(0, missing % fill.length).join("");
  return left ? padding + text : text + padding;
}

const ofText = (usage: string, compute: (text: string) => string): Functions[string] =>
  define(usage, ([text], shown) => unary(TEXT, shown, asText(text!), compute as never));

const test = (
  usage: string,
  compute: (text: string, other: string) => boolean,
): Functions[string] =>
  define(usage, ([text, other], shown) =>
    binary(BOOL, shown, asText(text!), asText(other!), ((a: string, b: string) =>
      Number(compute(a, b))) as never),
  );

const length = define("length(text)", ([value], shown) =>
  value!.type.kind === "binary"
    ? unary(INT, shown, value!, ((bytes: Uint8Array) => bytes.length) as never)
    : unary(INT, shown, asText(value!), characters as never),
);
const lower = ofText("lower(text)", (text) => text.toLowerCase());
const upper = ofText("upper(text)", (text) => text.toUpperCase());

const substr = define("substring(text, from[, length])", ([text, from, size], shown) =>
  variadic(
    TEXT,
    shown,
    [asText(text!), asInt(from!), ...(size ? [asInt(size)] : [])],
    substring as never,
  ),
);

/** Texts, or bytes where all of them are. */
export function concat(args: readonly Node[], shown: string): Node {
  if (args.length > 0 && args.every((arg) => arg.type.kind === "binary")) {
    return variadic(BINARY, shown, args, ((...parts: Uint8Array[]) => {
      const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
      let at = 0;
      for (const part of parts) {
        bytes.set(part, at);
        at += part.length;
      }
      return bytes;
    }) as never);
  }
  return variadic(TEXT, shown, args.map(asText), ((...parts: string[]) => {
    assertFits(parts.reduce((sum, part) => sum + part.length, 0));
    return parts.join("");
  }) as never);
}

const pad = (name: string, left: boolean): Functions[string] =>
  define(`${name}(text, length[, with])`, ([text, size, fill], shown) =>
    variadic(TEXT, shown, [asText(text!), asInt(size!), ...(fill ? [asText(fill)] : [])], ((
      value: string,
      count: number,
      filling = " ",
    ) => padded(value, count, filling, left)) as never),
  );

export const textFunctions: Functions = {
  length,
  char_length: length,
  character_length: length,
  len: length,
  octet_length: define("octet_length(text)", ([value], shown) =>
    value!.type.kind === "binary"
      ? unary(INT, shown, value!, ((bytes: Uint8Array) => bytes.length) as never)
      : unary(
          INT,
          shown,
          asText(value!),
          ((text: string) => new TextEncoder().encode(text).length) as never,
        ),
  ),
  lower,
  lcase: lower,
  upper,
  ucase: upper,
  // Blanks only, as Spark does: other white space stays.
  trim: ofText("trim(text)", (text) => text.replace(/^ +/, "").replace(/ +$/, "")),
  ltrim: ofText("ltrim(text)", (text) => text.replace(/^ +/, "")),
  rtrim: ofText("rtrim(text)", (text) => text.replace(/ +$/, "")),
  reverse: ofText("reverse(text)", (text) => Array.from(text).reverse().join("")),
  substring: substr,
  substr,
  left: define("left(text, length)", ([text, size], shown) =>
    binary(TEXT, shown, asText(text!), asInt(size!), ((value: string, count: number) =>
      substring(value, 1, count)) as never),
  ),
  right: define("right(text, length)", ([text, size], shown) =>
    binary(TEXT, shown, asText(text!), asInt(size!), ((value: string, count: number) =>
      count <= 0 ? "" : substring(value, -Math.min(count, characters(value)))) as never),
  ),
  lpad: pad("lpad", true),
  rpad: pad("rpad", false),
  concat: define("concat(value, …)", concat),
  replace: define("replace(text, search[, replacement])", ([text, search, by], shown) =>
    variadic(TEXT, shown, [asText(text!), asText(search!), ...(by ? [asText(by)] : [])], ((
      value: string,
      from: string,
      to = "",
    ) => {
      if (from === "") return value;
      const parts = value.split(from);
      assertFits(value.length + (parts.length - 1) * (to.length - from.length));
      return parts.join(to);
    }) as never),
  ),
  repeat: define("repeat(text, times)", ([text, times], shown) =>
    binary(TEXT, shown, asText(text!), asInt(times!), ((value: string, count: number) => {
      assertFits(value.length * count);
      return value.repeat(Math.max(count, 0));
    }) as never),
  ),
  instr: define("instr(text, search)", ([text, search], shown) =>
    binary(INT, shown, asText(text!), asText(search!), ((value: string, wanted: string) => {
      const at = value.indexOf(wanted);
      return at < 0 ? 0 : characters(value.slice(0, at)) + 1;
    }) as never),
  ),
  startswith: test("startswith(text, prefix)", (text, prefix) => text.startsWith(prefix)),
  endswith: test("endswith(text, suffix)", (text, suffix) => text.endsWith(suffix)),
  contains: test("contains(text, search)", (text, search) => text.includes(search)),
};
