import { showValue } from "@lakewright/core";
import { invalidDefinition } from "../define/names.ts";
import { invalid, isObject } from "../options.ts";

const isModel = (given: unknown): boolean =>
  isObject(given) && "kind" in given && given.kind === "model";

/** Refuses what is no list of models, as one of them or their names. */
export function assertModels(given: unknown): void {
  const hint = "Give what model(…) made: defineProject([sales, customers]).";
  if (!Array.isArray(given)) {
    throw invalidDefinition(
      `The models of a project are ${showValue(given)}, which is no list.`,
      hint,
    );
  }
  const at = given.findIndex((one) => !isModel(one));
  if (at < 0) return;
  throw invalidDefinition(
    `A model of a project is ${showValue(given[at] as unknown)}, which is none.`,
    hint,
  );
}

/** Refuses what is no model, as its name. */
export function assertModel(subject: string, given: unknown): void {
  if (isModel(given)) return;
  throw invalidDefinition(
    `The model of ${subject} is ${showValue(given)}, which is none.`,
    "Give what model(…) made.",
  );
}

/** Refuses what is no project, as its models. */
export function assertProject(subject: string, given: unknown): void {
  if (isObject(given) && "models" in given && "reads" in given) return;
  const models = isModel(given) ? "a model" : Array.isArray(given) ? "a list" : showValue(given);
  throw invalid(
    `The project of ${subject} is ${models}, which is none.`,
    "Give what defineProject([…models]) made.",
  );
}

/** Refuses what is no list of tests, as one of them or what they test. */
export function assertUnitTests(given: unknown): void {
  const isTest = (one: unknown): boolean => isObject(one) && "model" in one && "expect" in one;
  if (Array.isArray(given) && given.every(isTest)) return;
  throw invalid(
    `The tests of runUnitTests are ${showValue(given)}, which is no list of unit tests.`,
    "Give what unitTest(name, model, { given, expect }) made: runUnitTests(engine, [test]).",
  );
}
