import { showValue } from "@lakewright/core";
import { levelNames } from "../compare/comparison.ts";
import { ReconcileError } from "../errors.ts";
import type { CheckedDefinition } from "../linker/definition.ts";
import type { LinkParameters, TrainedComparison, TrainedLevel } from "./parameters.ts";

const FORMAT = "lakewright-link-model";

/** A model as JSON. It holds the values that occur twice or more of fields weighed by frequency. */
export interface LinkModelJson {
  readonly format: typeof FORMAT;
  readonly version: 1;
  readonly lambda: number;
  readonly records: number;
  readonly seed: number;
  readonly comparisons: readonly {
    readonly name: string;
    readonly levels: readonly TrainedLevel[];
    readonly trainedOn: readonly string[];
    readonly frequencies?: {
      readonly agreement: number;
      readonly records: number;
      /** Values and how many records have them. */
      readonly counts: readonly (readonly [string, number])[];
    };
  }[];
}

/** The parameters as JSON, warnings left out. */
export function parametersToJson(parameters: LinkParameters): LinkModelJson {
  return {
    format: FORMAT,
    version: 1,
    lambda: parameters.lambda,
    records: parameters.records,
    seed: parameters.seed,
    comparisons: parameters.comparisons.map(({ name, levels, trainedOn, frequencies }) => ({
      name,
      levels,
      trainedOn,
      ...(frequencies && { frequencies: { ...frequencies, counts: [...frequencies.counts] } }),
    })),
  };
}

/**
 * The parameters of JSON, checked against the linker they are for.
 *
 * @throws ReconcileError RECONCILE_MODEL_MISMATCH
 */
export function parametersFromJson(
  json: unknown,
  { comparisons }: CheckedDefinition,
): LinkParameters {
  const model = json as Partial<LinkModelJson> | null | undefined;
  if (typeof model !== "object" || model?.format !== FORMAT || model.version !== 1) {
    throw mismatch(`${showValue(json)} is no link model of version 1.`);
  }
  const { lambda, records = 0, seed = 0 } = model;
  if (!isCount(records) || !Number.isSafeInteger(seed)) {
    throw mismatch(`It is of ${showValue(records)} records, with the seed ${showValue(seed)}.`);
  }
  if (!isProbability(lambda) || lambda === 0 || lambda === 1) {
    throw mismatch(`λ is ${showValue(lambda)}.`);
  }
  const given = comparisonsOf(model);
  const expected = comparisons.map(({ name }) => name).join(", ");
  const found = given.map(({ name }) => name).join(", ");
  if (expected !== found) {
    throw mismatch(`The model compares ${found || "nothing"}; the linker compares ${expected}.`);
  }
  const trained = given.map((comparison, k): TrainedComparison => {
    const names = levelNames(comparisons[k]!);
    const { name, levels, trainedOn, frequencies } = comparison;
    if (names.join("\n") !== levels.map((level) => level.name).join("\n")) {
      throw mismatch(
        `"${name}" has the levels ${levels.map((level) => level.name).join(", ")} in the model, ${names.join(", ")} in the linker.`,
      );
    }
    for (const { name: level, m, u } of levels) {
      if (isProbability(m) && isProbability(u)) continue;
      throw mismatch(`Level "${level}" of "${name}" has m ${showValue(m)} and u ${showValue(u)}.`);
    }
    return {
      name,
      levels,
      trainedOn,
      frequencies: frequencies && { ...frequencies, counts: new Map(frequencies.counts) },
    };
  });
  return { lambda, records, seed, comparisons: trained, warnings: [] };
}

/** The comparisons of stored JSON, of the right shape; what they mean is checked against the linker. */
function comparisonsOf({ comparisons }: Partial<LinkModelJson>): LinkModelJson["comparisons"] {
  if (!Array.isArray(comparisons)) {
    throw mismatch(`The comparisons are ${showValue(comparisons)}, not a list.`);
  }
  (comparisons as readonly unknown[]).forEach((comparison, k) => {
    const { name, levels, trainedOn, frequencies } = partsOf(comparison);
    const isWhole =
      typeof name === "string" &&
      Array.isArray(levels) &&
      levels.every((level) => typeof partsOf(level)["name"] === "string") &&
      Array.isArray(trainedOn) &&
      trainedOn.every((rule) => typeof rule === "string") &&
      (frequencies === undefined || areFrequencies(frequencies));
    if (!isWhole) throw mismatch(`Comparison ${k} is ${showValue(comparison)}.`);
  });
  return comparisons as LinkModelJson["comparisons"];
}

function areFrequencies(value: unknown): boolean {
  const { agreement, records, counts } = partsOf(value);
  return (
    isProbability(agreement) &&
    isCount(records) &&
    Array.isArray(counts) &&
    counts.every(
      (count) => Array.isArray(count) && typeof count[0] === "string" && isCount(count[1]),
    )
  );
}

function partsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isCount(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0;
}

function isProbability(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function mismatch(message: string): ReconcileError {
  return new ReconcileError("RECONCILE_MODEL_MISMATCH", message, {
    hint: "Give what toJson() of a model of a linker with the same comparisons wrote.",
  });
}
