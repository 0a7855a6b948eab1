import type { CheckDefinition } from "@lakewright/quality";
import type { AnyBuilder } from "./table.ts";

/** A metric of a table, and what deequ computes; `{"$num": …}` is a number that JSON has not. */
export interface DeequCase {
  readonly id: string;
  readonly metric: string;
  readonly table?: string;
  readonly args: {
    readonly column?: string;
    readonly columns?: readonly string[];
    readonly predicate?: string;
    readonly pattern?: string;
  };
  readonly where?: string;
  readonly expected: unknown;
  readonly tolerance?: number;
}

/** A check of ours that observes the metric. */
export interface DeequCheck {
  readonly columns: readonly string[];
  readonly make: (t: AnyBuilder) => CheckDefinition;
}

/** The check of a case; undefined where none observes its metric. */
export function checkOf({ metric, args, where }: DeequCase): DeequCheck | undefined {
  if (where !== undefined) return undefined;
  const columns = args.columns ?? (args.column === undefined ? [] : [args.column]);
  const one = (check: string, ...given: readonly unknown[]): DeequCheck | undefined =>
    columns.length === 1 ? { columns, make: (t) => t[columns[0]!]![check]!(...given) } : undefined;
  switch (metric) {
    case "Size":
      return { columns: [], make: (t) => t.$rowCount!({ min: 0 }) };
    case "Completeness":
      return one("notNull");
    case "Uniqueness":
      return { columns, make: (t) => t.$unique!(columns) };
    case "Mean":
      return one("mean", { min: 0 });
    case "Sum":
      return one("sum", { min: 0 });
    case "CountDistinct":
    case "ApproxCountDistinct":
      return one("distinctCount", { min: 0 });
    case "PatternMatch":
      return one("matches", args.pattern, { nulls: "fail" });
    case "Compliance":
      return compliance(args.predicate ?? "");
    default:
      return undefined;
  }
}

/** A column against one number. */
function compliance(predicate: string): DeequCheck | undefined {
  const [, column, operator, value] = /^(\w+) (<|<=|=|>=|>) (-?[\d.]+)$/.exec(predicate) ?? [];
  if (column === undefined) return undefined;
  const number = Number(value);
  const limits = {
    "<": { max: number, maxExclusive: true },
    "<=": { max: number },
    "=": { min: number, max: number },
    ">=": { min: number },
    ">": { min: number, minExclusive: true },
  }[operator as "<"];
  return { columns: [column], make: (t) => t[column]!["between"]!(limits, { nulls: "fail" }) };
}
