import {
  type Column,
  date,
  decimal,
  type Field,
  float64,
  int64,
  nullable,
  showValue,
} from "@lakewright/core";
import type { Fact } from "../../define/fact.ts";
import { assertKnown } from "../../options.ts";
import { invalidDefinition } from "../../define/names.ts";
import { layoutOf } from "../../schema/layout.ts";
import type {
  AggregateMeasure,
  ExpressionMeasure,
  LastMeasure,
  Measure,
  RatioMeasure,
} from "./measures.ts";
import type { Names } from "./names.ts";

/** Measures by name. */
export type Measures = Readonly<Record<string, Measure>>;

/** The measures a fact can have: of the columns and roles it has. */
export type MeasureOf<F extends Fact> =
  | AggregateMeasure<"sum" | "avg", Names<F>["number"]>
  | AggregateMeasure<"min" | "max", Names<F>["own"]>
  | AggregateMeasure<"count", Names<F>["own"] | undefined>
  | AggregateMeasure<"countDistinct", Names<F>["own"] | Names<F>["role"]>
  | LastMeasure<Names<F>["number"], Names<F>["time"]>
  | RatioMeasure
  | ExpressionMeasure;

/** The measures, a ratio being one of others of them. */
type Related<M extends Measures> = {
  readonly [P in keyof M]: M[P] extends RatioMeasure
    ? RatioMeasure<keyof M & string, keyof M & string>
    : M[P];
};

/** What can be asked of a fact, and of which of its rows. */
export interface MetricsOptions<M extends Measures = Measures> {
  /** Measures by name: the columns of an answer. */
  readonly measures: M & Related<M>;
  /** Snapshot facts: ask every version of a day instead of the newest. Default false. */
  readonly allVersions?: boolean | undefined;
}

/** What can be asked of a fact. Made by {@link metrics}. */
export interface Metrics<F extends Fact = Fact, M extends Measures = Measures> {
  readonly fact: F;
  readonly measures: M;
  readonly allVersions: boolean;
}

/**
 * Describes what can be asked of a fact: its measures, by any column of its own ("channel") and any of the dimensions it
 * refers to ("user.country"). A dimension with history is seen as it was at the event.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION where a measure names a column or a measure that is not there, or
 * one it cannot add up.
 */
export function metrics<F extends Fact, const M extends Readonly<Record<string, MeasureOf<F>>>>(
  fact: F,
  options: MetricsOptions<M>,
): Metrics<F, M> {
  if ((fact as Partial<Fact> | undefined)?.kind !== "fact") {
    throw invalidDefinition(
      `The fact of metrics() is ${showValue(fact)}, which is none.`,
      "Give what fact(…) made; what dimensions have is asked for by their roles.",
    );
  }
  const subject = `The metrics of "${fact.name}"`;
  assertKnown(subject, options, ["measures", "allVersions"], "WAREHOUSE_INVALID_DEFINITION");
  const result: Metrics<F, M> = {
    fact,
    measures: options.measures,
    allVersions: options.allVersions ?? false,
  };
  const names = Object.keys(options.measures ?? {});
  if (names.length === 0) throw invalidDefinition(`${subject} have no measure.`);
  for (const name of names) measureColumn(result, name);
  return Object.freeze(result);
}

/** A column of the fact as it is stored. */
export function factColumn(fact: Fact, name: string): Field | undefined {
  return layoutOf(fact).columns.find((field) => field.name === name);
}

/** The column a measure is in an answer; undefined where only the engine knows, for an expression. */
export function measureColumn(of: Metrics, name: string): Column | undefined {
  const measure = Object.hasOwn(of.measures, name) ? of.measures[name] : undefined;
  if (measure === undefined) throw noMeasure(of, name);
  if (typeof measure !== "object" || !("kind" in measure)) {
    throw invalidDefinition(
      `Measure "${name}" of "${of.fact.name}" is ${showValue(measure)}, which is none.`,
      'Give what sum("…"), count() and their like make.',
    );
  }
  switch (measure.kind) {
    case "expression":
      return measure.column;
    case "ratio":
      for (const part of [measure.numerator, measure.denominator]) {
        const other = Object.hasOwn(of.measures, part) ? of.measures[part] : undefined;
        if (other === undefined || other.kind === "ratio") {
          throw invalidDefinition(
            `Measure "${name}" of "${of.fact.name}" divides by way of "${part}", which is ${other ? "a ratio" : "no measure"}.`,
          );
        }
      }
      return nullable(float64());
    case "last":
      momentColumn(of.fact, measure.over);
      return summed(of, name, measure.column);
    case "aggregate":
      return aggregated(of, name, measure);
  }
}

/** The stored column that says when a level was read. */
export function momentColumn(fact: Fact, over: string): string {
  const kind = factColumn(fact, over)?.column.type.kind;
  if (kind === "date" || kind === "timestamp") return over;
  const role = fact.roles.find((it) => it.name === over);
  // The key of a calendar is yyyymmdd: it sorts as the days do.
  if (role?.dimension.days !== undefined) return role.column;
  throw invalidDefinition(
    `A measure of "${fact.name}" is the last over "${over}", which is no time of it.`,
    "Name a date or timestamp of the fact, or the role of a calendar.",
  );
}

export function noMeasure({ fact, measures }: Metrics, name: string): Error {
  return invalidDefinition(
    `"${name}" is no measure of "${fact.name}".`,
    `Its measures are ${Object.keys(measures).join(", ")}.`,
  );
}

function aggregated(
  of: Metrics,
  name: string,
  { name: aggregate, column }: Extract<Measure, { kind: "aggregate" }>,
): Column {
  if (aggregate === "count" || aggregate === "countDistinct") {
    const isRole = aggregate === "countDistinct" && of.fact.roles.some((it) => it.name === column);
    if (column !== undefined && !isRole) existing(of, name, column);
    if (column === undefined && aggregate === "countDistinct") existing(of, name, "");
    return int64();
  }
  if (aggregate === "sum") return summed(of, name, column ?? "");
  const { type } = existing(of, name, column ?? "");
  if (aggregate !== "avg") return nullable({ type, nullable: false });
  summed(of, name, column ?? "");
  return nullable(float64());
}

/** What a sum of the column is: integers int64, decimals of 38 digits, floats float64. */
function summed(of: Metrics, name: string, column: string): Column {
  const { type } = existing(of, name, column);
  const { surrogateKey, roles } = of.fact;
  if (column === surrogateKey || roles.some((role) => role.column === column)) {
    throw invalidDefinition(
      `Measure "${name}" of "${of.fact.name}" adds up "${column}", which is a surrogate key.`,
      "Its numbers say nothing. Count with count(), or different members with countDistinct(role).",
    );
  }
  if (type.kind === "decimal") return nullable(decimal(38, type.scale));
  if (type.kind === "float32" || type.kind === "float64") return nullable(float64());
  if (/^u?int\d+$/.test(type.kind)) return nullable(int64());
  throw invalidDefinition(
    `Measure "${name}" of "${of.fact.name}" adds up "${column}", which is a ${type.kind}.`,
  );
}

function existing({ fact }: Metrics, name: string, column: string): Column {
  const field = factColumn(fact, column);
  if (field !== undefined) return field.column;
  throw invalidDefinition(
    `Measure "${name}" of "${fact.name}" names "${column}", which is no column of it.`,
    `Its columns are ${layoutOf(fact)
      .columns.map((it) => it.name)
      .join(", ")}.`,
  );
}

/** The column a step of time is in an answer. */
export const STEP_COLUMN: Column = nullable(date());
