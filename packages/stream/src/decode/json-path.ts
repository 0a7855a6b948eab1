import { Decimal } from "@lakewright/core";

/** The value at a name, or else at the path it spells; undefined where there is none. */
export function atPath(root: object, path: string): unknown {
  if (Object.hasOwn(root, path)) return (root as Readonly<Record<string, unknown>>)[path];
  if (!path.includes(".")) return undefined;
  let at: unknown = root;
  for (const step of path.split(".")) {
    if (!isContainer(at) || !Object.hasOwn(at, step)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[step];
  }
  return at;
}

/** Whether a parsed JSON value is an object or an array. */
export function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof Decimal);
}
