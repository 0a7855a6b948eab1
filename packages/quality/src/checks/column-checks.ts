import { type Column, describeType, type LogicalType } from "@lakewright/core";
import type { EngineTable } from "@lakewright/sql";
import { QualityError } from "../errors.ts";
import type { FormatName } from "../pattern/formats.ts";
import { describeBounds } from "../values/bounds.ts";
import { type Family, familyOf } from "../values/family.ts";
import { acceptedRule, showSome } from "./accepted.ts";
import { stddevRule, sumRule } from "./aggregates.ts";
import { betweenRule } from "./between.ts";
import type {
  AggregateBound,
  AnyColumnChecks,
  Bounds,
  CountBounds,
  FreshnessLimit,
  InstantChecks,
  NumberChecks,
  OrderedChecks,
  TextChecks,
} from "./builder.ts";
import { checkCount, describeCount } from "./count-bounds.ts";
import { define, ROW, SUMMARY, VALUE } from "./define.ts";
import type { CheckDefinition } from "./definition.ts";
import { distinctRule } from "./distinct.ts";
import { freshnessRule } from "./freshness.ts";
import { notNullRule } from "./not-null.ts";
import type { CheckOptions, RowCheckOptions, ValueCheckOptions } from "./options.ts";
import { isEngineTable } from "../values/engine-table.ts";
import { referencesRule } from "./references.ts";
import { formatRule, lengthRule, patternRule, patternSource } from "./text-checks.ts";

type AllChecks = AnyColumnChecks<Column> &
  OrderedChecks<Column> &
  TextChecks &
  NumberChecks &
  InstantChecks;

const SCALAR: readonly Family[] = [
  "exact",
  "float",
  "text",
  "date",
  "instant",
  "wall clock",
  "bool",
  "binary",
];
const ORDERED: readonly Family[] = ["exact", "float", "date", "instant", "wall clock"];
const LISTABLE: readonly Family[] = SCALAR.filter((family) => family !== "binary");

/** The checks of one column; which fit its type, the compiler says, and this says it again. */
export class ColumnBuilder implements AllChecks {
  private readonly name: string;
  private readonly type: LogicalType;

  constructor(name: string, column: Column) {
    this.name = name;
    this.type = column.type;
  }

  notNull(options: RowCheckOptions = {}): CheckDefinition {
    const rule = notNullRule(this.name);
    return define("notNull", [this.name], "not null", rule, options, ROW);
  }

  unique(options: RowCheckOptions = {}): CheckDefinition {
    this.subject("unique", SCALAR);
    return define("unique", [this.name], "no value twice", { kind: "unique" }, options, ROW);
  }

  oneOf(values: readonly unknown[], options: ValueCheckOptions = {}): CheckDefinition {
    const subject = this.subject("oneOf", LISTABLE);
    const rule = acceptedRule(subject, this.name, this.type, values, true);
    return this.value("oneOf", `one of ${showSome(values, this.type)}`, rule, options);
  }

  noneOf(values: readonly unknown[], options: ValueCheckOptions = {}): CheckDefinition {
    const subject = this.subject("noneOf", LISTABLE);
    const rule = acceptedRule(subject, this.name, this.type, values, false);
    return this.value("noneOf", `none of ${showSome(values, this.type)}`, rule, options);
  }

  references(
    target: EngineTable | Iterable<unknown>,
    column?: string | ValueCheckOptions,
    options: ValueCheckOptions = {},
  ): CheckDefinition {
    const subject = this.subject("references", LISTABLE);
    if (isEngineTable(target)) {
      const name = typeof column === "string" ? column : this.name;
      const rule = referencesRule(this.name, this.type, target, name);
      const chosen = typeof column === "object" ? column : options;
      return this.value("references", `in ${[...target.path, name].join(".")}`, rule, chosen);
    }
    const values = [...target];
    const rule = acceptedRule(subject, this.name, this.type, values, true);
    const chosen = typeof column === "object" ? column : options;
    return this.value("references", `among ${values.length} known values`, rule, chosen);
  }

  between(bounds: Bounds<unknown>, options: ValueCheckOptions = {}): CheckDefinition {
    const subject = this.subject("between", ORDERED);
    const rule = betweenRule(subject, this.name, this.type, bounds);
    return this.value("between", describeBounds(bounds, this.type), rule, options);
  }

  matches(pattern: string | RegExp, options: ValueCheckOptions = {}): CheckDefinition {
    const subject = this.subject("matches", ["text"]);
    const source = patternSource(subject, pattern);
    const rule = patternRule(this.name, source, `does not match ${source}`);
    return this.value("matches", `matches ${source}`, rule, options);
  }

  format(name: FormatName, options: ValueCheckOptions = {}): CheckDefinition {
    const rule = formatRule(this.subject("format", ["text"]), this.name, name);
    return this.value("format", `has the form of ${name}`, rule, options);
  }

  length(bounds: CountBounds, options: ValueCheckOptions = {}): CheckDefinition {
    checkCount(this.subject("length", ["text"]), bounds);
    const rule = lengthRule(this.name, bounds);
    return this.value("length", `${describeCount(bounds)} characters`, rule, options);
  }

  mean(bounds: Bounds<AggregateBound>, options: CheckOptions = {}): CheckDefinition {
    const subject = this.subject("mean", ["exact", "float"]);
    const rule = sumRule(subject, this.name, this.type, bounds, "mean");
    return define("mean", [this.name], describeBounds(bounds), rule, options, SUMMARY);
  }

  sum(bounds: Bounds<AggregateBound>, options: CheckOptions = {}): CheckDefinition {
    const subject = this.subject("sum", ["exact", "float"]);
    const rule = sumRule(subject, this.name, this.type, bounds, "sum");
    return define("sum", [this.name], describeBounds(bounds), rule, options, SUMMARY);
  }

  stddev(bounds: Bounds<number>, options: CheckOptions = {}): CheckDefinition {
    const subject = this.subject("stddev", ["exact", "float"]);
    const rule = stddevRule(subject, this.name, this.type, bounds);
    return define("stddev", [this.name], describeBounds(bounds), rule, options, SUMMARY);
  }

  distinctCount(bounds: CountBounds, options: CheckOptions = {}): CheckDefinition {
    checkCount(this.subject("distinctCount", SCALAR), bounds);
    const rule = distinctRule(this.name, bounds);
    const threshold = `${describeCount(bounds)} different values`;
    return define("distinctCount", [this.name], threshold, rule, options, SUMMARY);
  }

  freshness(limit: FreshnessLimit, options: CheckOptions = {}): CheckDefinition {
    const subject = this.subject("freshness", ["instant"]);
    const rule = freshnessRule(subject, this.name, this.type, limit);
    const threshold = `at most ${limit.maxAgeHours} hours old`;
    return define("freshness", [this.name], threshold, rule, options, SUMMARY);
  }

  private value(
    check: string,
    threshold: string,
    rule: CheckDefinition["rule"],
    options: ValueCheckOptions,
  ): CheckDefinition {
    return define(check, [this.name], threshold, rule, options, VALUE);
  }

  /** @throws QualityError QUALITY_CHECK_TYPE where the check does not fit the column's type. */
  private subject(check: string, families: readonly Family[]): string {
    const subject = `${this.name}.${check}`;
    if (families.includes(familyOf(this.type))) return subject;
    throw new QualityError(
      "QUALITY_CHECK_TYPE",
      `${subject} does not fit the column, which is ${describeType(this.type)}.`,
      {
        hint: `The check "${check}" is for columns of kind ${families.join(", ")}.`,
        details: { column: this.name, check },
      },
    );
  }
}
