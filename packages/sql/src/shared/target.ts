import { assertTarget } from "./given.ts";

/** A table given by name or by path, as a path. A name with dots is one name. */
export function toPath(target: string | readonly string[]): readonly string[] {
  assertTarget(target);
  return typeof target === "string" ? [target] : target;
}
