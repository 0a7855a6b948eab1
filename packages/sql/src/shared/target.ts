/** A table given by name or by path, as a path. A name with dots is one name. */
export function toPath(target: string | readonly string[]): readonly string[] {
  return typeof target === "string" ? [target] : target;
}
