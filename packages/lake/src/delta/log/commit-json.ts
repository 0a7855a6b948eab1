import { parseJson, stringifyJson } from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import type { Action } from "./actions.ts";
import { parseAction, type RawAction } from "./parse-action.ts";

/** A number outside quotes that a double may not hold: only such a line pays for exact parsing. */
const LONG_NUMBER = /[:,[]\s*-?(?:[\d.]{16,}|[\d.]+[eE])/;

const CUT_SHORT =
  "A commit that is cut short was written to a store without atomic creation. Restore the file, or remove it and those after it.";

/**
 * The actions of a commit: one JSON object a line. Blank lines and CRLF are taken, and so is pretty-printed JSON over
 * several lines, which some writers produced.
 *
 * @throws LakeError LAKE_CORRUPT_LOG naming the file and line.
 */
export function parseCommit(bytes: Uint8Array, path: string): Action[] {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === "") {
    throw new LakeError("LAKE_CORRUPT_LOG", `${path} is empty.`, {
      hint: CUT_SHORT,
      details: { path },
    });
  }
  const actions: Action[] = [];
  for (const [line, value] of objectsOf(text, path)) {
    const action = parseAction(value, `${path} line ${line}`);
    if (action) actions.push(action);
  }
  return actions;
}

/** The bytes of a commit. */
export function formatCommit(actions: readonly Action[]): Uint8Array {
  return new TextEncoder().encode(actions.map((action) => `${stringifyJson(action)}\n`).join(""));
}

/** The object of one line; undefined where the line is no JSON object. */
export function parseLine(line: string): RawAction | undefined {
  const value = tryParse(line.trim());
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as RawAction)
    : undefined;
}

function* objectsOf(text: string, path: string): Generator<readonly [number, RawAction]> {
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    let source = lines[i]!.trim();
    if (source === "") continue;
    const line = i + 1;
    let value = tryParse(source);
    if (value === undefined) {
      let depth = openBrackets(source);
      const from = i;
      while (depth > 0 && i + 1 < lines.length) depth += openBrackets(lines[++i]!);
      source = lines.slice(from, i + 1).join("\n");
      value = tryParse(source);
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new LakeError("LAKE_CORRUPT_LOG", `${path} line ${line} is no JSON object.`, {
        hint: CUT_SHORT,
        details: { path, line },
      });
    }
    yield [line, value as RawAction];
  }
}

function tryParse(source: string): unknown {
  try {
    return LONG_NUMBER.test(source) ? parseJson(source) : JSON.parse(source);
  } catch {
    return undefined;
  }
}

/** Brackets opened less those closed, outside quotes; a JSON string does not go over a line's end. */
function openBrackets(line: string): number {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") depth--;
  }
  return depth;
}
