import {
  type Column,
  Decimal,
  describeType,
  integerRange,
  type LogicalType,
  parseDate,
  parseText,
} from "@lakewright/core";
import { atPath } from "./json-path.ts";

/** A value of a parsed JSON document that its column cannot hold. */
export class Misfit {
  readonly value: unknown;
  /** Completes "the value …". */
  readonly problem: string;
  /** From the column to a nested value: ".city", "[2]". */
  readonly path: string;

  constructor(value: unknown, problem: string, path = "") {
    this.value = value;
    this.problem = problem;
    this.path = path;
  }

  under(step: string): Misfit {
    return new Misfit(this.value, this.problem, step + this.path);
  }
}

/** Turns a value of parsed JSON into the value a row has, or says what is wrong with it. */
export type FromJson = (value: unknown) => unknown;

export interface FromJsonOptions {
  readonly unknownFields: "reject" | "ignore";
  /** What a JSON number means in a timestamp column; undefined refuses it. */
  readonly numericTimestamps: "s" | "ms" | "us" | undefined;
}

/** The conversion of a column; an absent value is undefined. */
export function fromJson(column: Column, options: FromJsonOptions): FromJson {
  const convert = conversion(column.type, options);
  const missing = column.nullable ? null : new Misfit(undefined, "is missing");
  const isNull = column.nullable
    ? null
    : new Misfit(null, `is null, and the column is not nullable`);
  return (value) => {
    if (value === undefined) return missing;
    return value === null ? isNull : convert(value);
  };
}

function conversion(type: LogicalType, options: FromJsonOptions): FromJson {
  switch (type.kind) {
    case "utf8":
      return (value) => (typeof value === "string" ? value : new Misfit(value, "is no text"));
    case "oneOf": {
      const values = new Set<unknown>(type.values);
      const problem = `is none of ${type.values.join(", ")}`;
      return (value) => (values.has(value) ? value : new Misfit(value, problem));
    }
    case "bool":
      return (value) =>
        typeof value === "boolean" ? value : new Misfit(value, "is neither true nor false");
    case "int64":
    case "uint64":
    case "decimal":
      return exactNumber(type);
    case "float32":
    case "float64":
      return (value) => {
        if (typeof value === "number") return value;
        const wide = typeof value === "bigint" || value instanceof Decimal;
        return wide ? Number(value.toString()) : new Misfit(value, "is no number");
      };
    case "date":
      return (value) =>
        typeof value === "string" && parseDate(value) !== undefined
          ? value
          : new Misfit(value, 'is no day of the calendar written "YYYY-MM-DD"');
    case "timestamp":
      return timestamp(type, options);
    case "binary":
      return base64;
    case "list": {
      const item = fromJson(type.item, options);
      return (value) =>
        Array.isArray(value)
          ? collected(value, item, (index) => `[${index}]`)
          : new Misfit(value, "is no array");
    }
    case "struct":
      return struct(type, options);
    case "map":
      return map(type, options);
    default: {
      const [min, max] = integerRange[type.kind];
      const problem = `is no integer from ${min} to ${max}`;
      return (value) =>
        typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
          ? value
          : new Misfit(value, problem);
    }
  }
}

/** Numbers that may have more digits than a double: JSON numbers, or text, as many producers write them. */
function exactNumber(type: LogicalType): FromJson {
  const wrong =
    type.kind === "decimal" ? `does not fit ${describeType(type)}` : `is no ${type.kind}`;
  return (value) => {
    const digits =
      typeof value === "string" ||
      typeof value === "number" ||
      typeof value === "bigint" ||
      value instanceof Decimal;
    const parsed = digits ? parseText(type, String(value)) : undefined;
    return parsed?.ok ? parsed.value : new Misfit(value, parsed ? parsed.problem : wrong);
  };
}

const MICROS_PER = { s: 1_000_000n, ms: 1000n, us: 1n } as const;

function timestamp(
  type: LogicalType & { readonly kind: "timestamp" },
  { numericTimestamps }: FromJsonOptions,
): FromJson {
  const wrong = type.utc
    ? "is no ISO 8601 timestamp with a zone"
    : "is no ISO 8601 timestamp without a zone";
  return (value) => {
    if (typeof value === "string") {
      const parsed = parseText(type, value);
      return parsed.ok ? parsed.value : new Misfit(value, parsed.problem);
    }
    if (typeof value !== "number" && typeof value !== "bigint") return new Misfit(value, wrong);
    if (!type.utc) return new Misfit(value, wrong);
    if (numericTimestamps === undefined) {
      return new Misfit(value, 'is a number; say its unit, as in numericTimestamps: "ms"');
    }
    if (!Number.isInteger(Number(value))) return new Misfit(value, "is no whole number");
    const micros = BigInt(value) * MICROS_PER[numericTimestamps];
    if (type.unit === "us") return micros;
    return micros % 1000n === 0n
      ? new Date(Number(micros / 1000n))
      : new Misfit(value, "has digits below the ms of the column");
  };
}

function base64(value: unknown): unknown {
  if (typeof value !== "string") return new Misfit(value, "is no base64 text");
  try {
    return Uint8Array.from(atob(value), (character) => character.charCodeAt(0));
  } catch {
    return new Misfit(value, "is no base64 text");
  }
}

function collected(
  values: readonly unknown[],
  convert: FromJson,
  step: (index: number) => string,
): unknown {
  const result: unknown[] = [];
  for (const [index, value] of values.entries()) {
    const converted = convert(value);
    if (converted instanceof Misfit) return converted.under(step(index));
    result.push(converted);
  }
  return result;
}

function struct(
  type: LogicalType & { readonly kind: "struct" },
  options: FromJsonOptions,
): FromJson {
  const convert = objectFromJson(
    Object.entries(type.fields).map(([name, column]) => ({ name, column })),
    options,
  );
  return (value) => {
    const result = convert(value);
    return result instanceof Misfit && result.path !== "" ? result.under(".") : result;
  };
}

/** An object of named fields, as a row or struct; the path of a misfit begins with the name, without a dot. */
export function objectFromJson(
  fields: readonly {
    readonly name: string;
    readonly column: Column;
    /** Where the value is, if not under the name. */
    readonly path?: string | undefined;
  }[],
  options: FromJsonOptions,
): FromJson {
  const names = fields.map((field) => field.name);
  const paths = fields.map((field) => field.path);
  const known = new Set(
    fields.flatMap(({ name, path }) =>
      path === undefined ? name : [path, path.slice(0, path.indexOf("."))],
    ),
  );
  const converts = fields.map((field) => fromJson(field.column, options));
  return (value) => {
    if (
      typeof value !== "object" ||
      value === null ||
      Array.isArray(value) ||
      value instanceof Decimal
    ) {
      return new Misfit(value, "is no JSON object");
    }
    const given = value as Record<string, unknown>;
    if (options.unknownFields === "reject") {
      for (const name in given) {
        if (!known.has(name)) return new Misfit(given[name], "is in no column", name);
      }
    }
    const row: Record<string, unknown> = {};
    for (let k = 0; k < names.length; k++) {
      const name = names[k]!;
      const path = paths[k];
      const converted = converts[k]!(path === undefined ? own(given, name) : atPath(given, path));
      if (converted instanceof Misfit) return converted.under(name);
      row[name] = converted;
    }
    return row;
  };
}

/** "constructor" and its like are properties of every object. */
function own(object: Readonly<Record<string, unknown>>, name: string): unknown {
  return name in Object.prototype && !Object.hasOwn(object, name) ? undefined : object[name];
}

/** A map is a JSON object where its keys are text, or an array of pairs. */
function map(type: LogicalType & { readonly kind: "map" }, options: FromJsonOptions): FromJson {
  const key = fromJson(type.key, options);
  const item = fromJson(type.value, options);
  const pair: FromJson = (value) => {
    if (!Array.isArray(value) || value.length !== 2) return new Misfit(value, "is no pair");
    const first = key(value[0]);
    if (first instanceof Misfit) return first.under(".key");
    const second = item(value[1]);
    return second instanceof Misfit ? second.under(".value") : [first, second];
  };
  return (value) => {
    if (Array.isArray(value)) return collected(value, pair, (index) => `[${index}]`);
    if (typeof value === "object" && !(value instanceof Decimal)) {
      const pairs = Object.entries(value as Record<string, unknown>);
      return collected(pairs, pair, (index) => `[${pairs[index]![0]}]`);
    }
    return new Misfit(value, "is neither an object nor an array of pairs");
  };
}
