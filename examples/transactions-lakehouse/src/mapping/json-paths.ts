import { Decimal } from "@lakewright/core";

/** The value at a path of a parsed record: a key with dots in it, else nested keys. */
export function valueAt(record: unknown, path: string): unknown {
  return reader(path)(record as Record<string, unknown>);
}

/** A reader of one path, made once for many records. */
export function reader(path: string): (record: unknown) => unknown {
  if (!path.includes(".")) return (record) => own(record, path);
  const steps = path.split(".");
  return (record) => {
    const whole = own(record, path);
    return whole !== undefined ? whole : steps.reduce(own, record);
  };
}

function own(record: unknown, key: string): unknown {
  return isObject(record) && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Every path that leads to a value in any of the records, in order of appearance. */
export function pathsOf(records: readonly unknown[]): string[] {
  const paths = new Set<string>();
  const visit = (value: unknown, prefix: string): void => {
    if (!isObject(value)) {
      if (prefix !== "") paths.add(prefix);
      return;
    }
    for (const [key, inner] of Object.entries(value))
      visit(inner, prefix === "" ? key : `${prefix}.${key}`);
  };
  for (const record of records) if (isObject(record)) visit(record, "");
  return [...paths];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Decimal)
  );
}
