import {
  type Column,
  type Decimal,
  formatMicros,
  type LogicalType,
  type Table,
} from "@lakewright/core";
import fc from "fast-check";

/** Draws what the next thing looks like: a number below `limit`. */
export type Dice = (limit: number) => number;

/** Dice that fast-check can shrink: throws beyond the list are 0, the plainest style. */
export const anyDice: fc.Arbitrary<Dice> = fc
  .array(fc.nat({ max: 0xffff }), { maxLength: 400 })
  .map((throws) => {
    let at = 0;
    return (limit) => (throws[at++] ?? 0) % limit;
  });

/** A row of a table as a line of JSON, one of the many ways in which it may be written. */
export function jsonLine(table: Table, row: Readonly<Record<string, unknown>>, dice: Dice): string {
  const members = table.fields.flatMap(({ name, column }) => {
    const value = row[name];
    if (value === null && dice(2) === 1) return [];
    return [member(name, jsonValue(column, value, dice), dice)];
  });
  if (dice(4) === 1) members.reverse();
  if (dice(4) === 1) members.splice(dice(members.length + 1), 0, member("other", junk(dice), dice));
  if (dice(6) === 1 && table.fields.length > 0) {
    const { name } = table.fields[dice(table.fields.length)]!;
    // A name written twice: the last value counts, whatever the first was.
    if (row[name] !== null) members.unshift(member(name, junk(dice), () => 0));
  }
  const line = `${blank(dice)}{${blank(dice)}${members.join(`${blank(dice)},${blank(dice)}`)}${blank(dice)}}${blank(dice)}`;
  return `${line}${dice(5) === 1 ? "\r" : ""}\n${dice(8) === 1 ? " \n\n" : ""}`;
}

function member(name: string, value: string, dice: Dice): string {
  return `${jsonText(name, dice)}${blank(dice)}:${blank(dice)}${value}`;
}

function blank(dice: Dice): string {
  return ["", "", "", " ", "\t", "  "][dice(6)]!;
}

function junk(dice: Dice): string {
  return [
    "0",
    '"]}\\" \\u00e9"',
    "null",
    "true",
    '{"a":[1,{"b":"}"}],"c":-1.5e-3}',
    "[[],{},[null]]",
    "-12.75",
  ][dice(7)]!;
}

function jsonText(text: string, dice: Dice): string {
  const style = dice(4);
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    const code = text.charCodeAt(i);
    const escape = `\\u${code.toString(16).padStart(4, "0")}`;
    if (c === '"' || c === "\\") out += `\\${c}`;
    else if (code < 32) out += c === "\n" && style < 2 ? "\\n" : escape;
    else if (c === "/" && style === 1) out += "\\/";
    else out += style === 3 || (style === 2 && code > 126) ? escape : c;
  }
  return `"${out}"`;
}

function jsonValue({ type }: Column, value: unknown, dice: Dice): string {
  if (value === null || value === undefined) return "null";
  switch (type.kind) {
    case "utf8":
    case "oneOf":
    case "date":
      return jsonText(value as string, dice);
    case "bool":
      return String(value);
    case "binary":
      return jsonText(btoa(String.fromCharCode(...(value as Uint8Array))), dice);
    case "float32":
    case "float64":
      return floatText(value as number, dice);
    case "decimal":
      return exactText(String(value as Decimal), dice, true);
    case "timestamp":
      return jsonText(timestampText(type, value, dice), dice);
    case "list":
      return `[${blank(dice)}${(value as unknown[]).map((item) => jsonValue(type.item, item, dice)).join(`${blank(dice)},${blank(dice)}`)}${blank(dice)}]`;
    case "struct": {
      const fields = Object.entries(type.fields).flatMap(([name, field]) => {
        const inner = (value as Record<string, unknown>)[name];
        if (inner === null && dice(2) === 1) return [];
        return [member(name, jsonValue(field, inner, dice), dice)];
      });
      if (dice(4) === 1) fields.reverse();
      return `{${blank(dice)}${fields.join(`${blank(dice)},`)}}`;
    }
    case "map": {
      const pairs = value as [unknown, unknown][];
      // JavaScript puts names that look like an index before the others.
      const ordered = pairs.every(([key]) => !/^\d+$/.test(String(key)));
      const named = type.key.type.kind === "utf8" && ordered && dice(2) === 0;
      const shown = pairs.map(([key, item]) =>
        named
          ? member(key as string, jsonValue(type.value, item, dice), dice)
          : `[${jsonValue(type.key, key, dice)},${jsonValue(type.value, item, dice)}]`,
      );
      return named ? `{${shown.join(",")}}` : `[${shown.join(" , ")}]`;
    }
    case "int64":
    case "uint64":
      return exactText(String(value), dice, true);
    default:
      return exactText(String(value), dice, false);
  }
}

function exactText(digits: string, dice: Dice, mayBeText: boolean): string {
  const [whole, fraction = ""] = digits.split(".");
  switch (dice(5)) {
    case 1:
      return mayBeText ? `"${digits}"` : digits;
    case 2:
      return fraction === "" && mayBeText ? `${whole}.000` : digits;
    case 3:
      return `${digits}e${dice(2) === 1 ? "+" : ""}0`;
    case 4:
      return `${digits}${fraction === "" ? ".0" : "0"}E0`;
    default:
      return digits;
  }
}

function floatText(value: number, dice: Dice): string {
  const text = Object.is(value, -0) ? "-0" : String(value);
  const style = dice(4);
  if (style === 1) return value.toExponential();
  if (style === 2 && Math.abs(value) < 1e15 && Math.abs(value) > 1e-5) {
    // More digits than the shortest: the nearest double is the same.
    const long = value.toFixed(20);
    return Number(long) === value ? long : text;
  }
  return text;
}

function timestampText(
  type: LogicalType & { readonly kind: "timestamp" },
  value: unknown,
  dice: Dice,
): string {
  if (!type.utc) return dice(2) === 1 ? (value as string).replace("T", " ") : (value as string);
  const micros = type.unit === "us" ? (value as bigint) : BigInt((value as Date).getTime()) * 1000n;
  const style = dice(4);
  // Ten days inside the calendar's four-digit years, so that an offset does not leave them.
  const inside = micros > -62_134_700_000_000_000n && micros < 253_401_400_000_000_000n;
  if (style === 0 || !inside) return `${formatMicros(micros)}Z`;
  if (style === 1) return `${formatMicros(micros).replace("T", " ")}+00:00`;
  const minutes = style === 2 ? 330 : -210;
  const local = formatMicros(micros + BigInt(minutes) * 60_000_000n);
  return `${local}${style === 2 ? "+05:30" : "-03:30"}`;
}
