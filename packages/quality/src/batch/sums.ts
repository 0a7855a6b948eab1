import { Decimal, type LogicalType } from "@lakewright/core";
import { familyOf } from "../values/family.ts";
import { scaleOf } from "../values/units.ts";
import type { Accumulator } from "./accumulator.ts";
import type { BatchView } from "./view.ts";

/** A sum: exact where the column is, else of doubles. `usable` is false where a value is not finite. */
export interface Sum {
  readonly count: number;
  readonly total: Decimal | number;
  readonly usable: boolean;
}

/** A double below this, added to one below it, is exact. */
const EXACT_ADD = 2 ** 52;

/** The sum of a column: exact units, or doubles with compensated rounding. */
export function sumAccumulator(column: string, type: LogicalType): Accumulator<Sum> {
  return familyOf(type) === "float" ? floatSum(column) : exactSum(column, scaleOf(type));
}

function exactSum(column: string, scale: number): Accumulator<Sum> {
  let count = 0;
  let total = 0n;
  return {
    add: (view) => {
      const { values, exact } = view.numbers(column);
      const units = exact ? undefined : view.units(column);
      const valid = view.valid(column);
      let running = 0;
      for (let i = 0; i < view.rows; i++) {
        if (valid !== undefined && valid[i] === 0) continue;
        count++;
        const value = values[i]!;
        if (units !== undefined || value > EXACT_ADD || value < -EXACT_ADD) {
          total += units ? units[i]! : BigInt(value);
          continue;
        }
        running += value;
        if (running > EXACT_ADD || running < -EXACT_ADD) {
          total += BigInt(running);
          running = 0;
        }
      }
      total += BigInt(running);
    },
    summary: () => ({ count, total: new Decimal(total, scale), usable: true }),
  };
}

/** Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974). */
function floatSum(column: string): Accumulator<Sum> {
  let count = 0;
  let total = 0;
  let lost = 0;
  let usable = true;
  return {
    add: (view: BatchView) => {
      const { values } = view.numbers(column);
      const valid = view.valid(column);
      for (let i = 0; i < view.rows; i++) {
        if (valid !== undefined && valid[i] === 0) continue;
        count++;
        const value = values[i]!;
        if (!Number.isFinite(value)) {
          usable = false;
          continue;
        }
        const next = total + value;
        lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
        total = next;
      }
    },
    summary: () => ({ count, total: total + lost, usable }),
  };
}
