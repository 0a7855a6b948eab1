import type { LogicalType } from "@lakewright/core";
import { sql } from "@lakewright/sql";
import type { BatchView } from "../batch/view.ts";
import { invalidOption, knownOptions } from "./options.ts";
import type { FreshnessLimit } from "./builder.ts";
import type { AggregateRule } from "./definition.ts";

const MICROS_PER_HOUR = 3_600_000_000;

/** The newest instant, in microseconds. */
export interface Newest {
  readonly count: number;
  readonly newest: bigint | null;
}

/** The newest instant of a column is at most so old. */
export function freshnessRule(
  subject: string,
  column: string,
  type: LogicalType,
  limit: FreshnessLimit,
): AggregateRule<Newest> {
  knownOptions(`limit of ${subject}`, limit, ["maxAgeHours"]);
  const { maxAgeHours } = limit;
  if (!(typeof maxAgeHours === "number" && maxAgeHours >= 0 && Number.isFinite(maxAgeHours))) {
    throw invalidOption(subject, "maxAgeHours", maxAgeHours, "It is a number of hours from 0.");
  }
  const maxAge = BigInt(Math.round(maxAgeHours * MICROS_PER_HOUR));
  return {
    kind: "aggregate",
    select: ({ column: name }) => [sql`count(${name(column)})`, sql`max(${name(column)})`],
    fromSql: ([count, newest]) => ({ count: Number(count), newest: toMicros(newest) }),
    accumulator: () => {
      let count = 0;
      let newest: bigint | null = null;
      const unit = type.kind === "timestamp" && type.unit === "ms" ? 1000n : 1n;
      return {
        add: (view: BatchView) => {
          const found = newestOf(view, column);
          count += found.count;
          if (found.newest === null) return;
          const micros = found.newest * unit;
          if (newest === null || micros > newest) newest = micros;
        },
        summary: () => ({ count, newest }),
      };
    },
    judge: ({ newest }, { now }) =>
      newest === null
        ? { passed: false, observed: null }
        : { passed: now - newest <= maxAge, observed: Number(now - newest) / MICROS_PER_HOUR },
  };
}

/** The largest value of a batch, in the unit of the column. */
function newestOf(view: BatchView, column: string): Newest {
  const { values, exact } = view.numbers(column);
  const units = exact ? undefined : view.units(column);
  const valid = view.valid(column);
  let count = 0;
  let at = -1;
  for (let i = 0; i < view.rows; i++) {
    if (valid !== undefined && valid[i] === 0) continue;
    count++;
    if (at < 0 || (units ? units[i]! > units[at]! : values[i]! > values[at]!)) at = i;
  }
  return { count, newest: at < 0 ? null : BigInt(units ? units[at]! : values[at]!) };
}

function toMicros(value: unknown): bigint | null {
  if (value instanceof Date) return BigInt(value.getTime()) * 1000n;
  return typeof value === "bigint" ? value : null;
}
