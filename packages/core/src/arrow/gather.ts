import { canGenerateCode } from "./codegen.ts";

/**
 * Copies the named properties of rows[from, to) into one array a column: columns[k][i - from] = rows[i][names[k]],
 * and lists in `suspects` the rows that may have a property beside the names.
 */
export type Gather = (
  rows: readonly unknown[],
  from: number,
  to: number,
  columns: readonly unknown[][],
  suspects: number[],
) => void;

/** Columns may be named as what every object inherits, such as "constructor"; a row has them where they are its own. */
const isInherited = (name: string): boolean => name in Object.prototype;

const NO_ROW: Readonly<Record<string, unknown>> = Object.freeze({});

/**
 * The gather of a list of property names. Compiled, every property load names its property, which JavaScript engines
 * turn into one load at a fixed offset; interpreted, the same result is had by keyed loads.
 */
export function gatherOf(names: readonly string[], compile: boolean): Gather {
  return compile && canGenerateCode() ? compiledGather(names) : interpretedGather(names);
}

/** The first own property that is not among the names; undefined where there is none. */
export function unknownName(row: object, names: ReadonlySet<string>): string | undefined {
  for (const name in row) {
    if (!names.has(name) && Object.hasOwn(row, name)) return name;
  }
  return undefined;
}

// A row with as many properties as there are names, none of them undefined, has no other property.
function compiledGather(names: readonly string[]): Gather {
  const load = (name: string): string => {
    const text = JSON.stringify(name);
    return isInherited(name)
      ? `Object.hasOwn(row, ${text}) ? row[${text}] : undefined`
      : `row[${text}]`;
  };
  const k = [...names.keys()];
  const body = `"use strict";
    const ${k.map((k) => `c${k} = columns[${k}]`).join(", ")};
    for (let i = from, j = 0; i < to; i++, j++) {
      const row = rows[i] ?? NO_ROW;
      ${names.map((name, k) => `const v${k} = ${load(name)}; c${k}[j] = v${k};`).join("\n      ")}
      let size = 0;
      for (const _ in row) size++;
      if (size !== ${names.length} || ${k.map((k) => `v${k} === undefined`).join(" || ")}) suspects.push(i);
    }`;
  const make = new Function("NO_ROW", `return (rows, from, to, columns, suspects) => {${body}};`);
  return (make as (noRow: object) => Gather)(NO_ROW);
}

function interpretedGather(names: readonly string[]): Gather {
  const inherited = names.map(isInherited);
  return (rows, from, to, columns, suspects) => {
    for (let i = from, j = 0; i < to; i++, j++) {
      const row = (rows[i] ?? NO_ROW) as Readonly<Record<string, unknown>>;
      let size = 0;
      for (const _ in row) size++;
      let suspect = size !== names.length;
      for (let k = 0; k < names.length; k++) {
        const name = names[k]!;
        const value = inherited[k] && !Object.hasOwn(row, name) ? undefined : row[name];
        columns[k]![j] = value;
        if (value === undefined) suspect = true;
      }
      if (suspect) suspects.push(i);
    }
  };
}
