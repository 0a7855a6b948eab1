import { showValue } from "@lakewright/core";
import { WarehouseError } from "../errors.ts";
import type { Model } from "./model.ts";
import { parentsOf, type Project } from "./project.ts";

/** What a selector may ask besides names. */
export interface SelectorFacts {
  /** Models whose code or inputs differ from their last successful run. */
  readonly modified: ReadonlySet<Model>;
  /** Models without a successful run. */
  readonly fresh: ReadonlySet<Model>;
}

/**
 * The models a selection names, in the project's order. The syntax is dbt's: a name (`*` stands for any letters),
 * `tag:x`, `source:x`, `config.materialized:view`, `state:modified`, `state:new`; `+` before or after for all
 * ancestors or descendants, `2+` and `+1` for so many steps, `@` for descendants with all their ancestors; blanks
 * are "or", commas "and".
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION where a part of it names nothing there is.
 */
export function selectModels(
  project: Project,
  select: string | readonly string[] | undefined,
  exclude: string | readonly string[] | undefined,
  facts: SelectorFacts | undefined,
): Model[] {
  const chosen =
    select === undefined ? new Set(project.models) : union(project, select, facts, "select");
  const left = exclude === undefined ? new Set() : union(project, exclude, facts, "exclude");
  return project.models.filter((model) => chosen.has(model) && !left.has(model));
}

/** Whether a selection asks about the last run. */
export function asksForState(...selections: (string | readonly string[] | undefined)[]): boolean {
  return selections
    .flatMap((selection) => textsOf(selection ?? []))
    .some((text) => text.includes("state:"));
}

function textsOf(selection: string | readonly string[]): readonly string[] {
  const texts: readonly unknown[] = Array.isArray(selection) ? selection : [selection];
  const other = texts.findIndex((text) => typeof text !== "string");
  if (other >= 0) throw invalid("A selection", showValue(texts[other]), "it is no text");
  return texts as readonly string[];
}

function union(
  project: Project,
  selection: string | readonly string[],
  facts: SelectorFacts | undefined,
  option: string,
): Set<Model> {
  const parts = textsOf(selection)
    .flatMap((text) => text.trim().split(/\s+/))
    .filter((part) => part !== "");
  if (parts.length === 0) throw invalid(option, String(selection), "it is empty");
  return new Set(parts.flatMap((part) => [...intersection(project, part, facts, option)]));
}

function intersection(
  project: Project,
  part: string,
  facts: SelectorFacts | undefined,
  option: string,
): Set<Model> {
  const sets = part.split(",").map((one) => single(project, one, facts, option));
  return sets.reduce((a, b) => new Set([...a].filter((model) => b.has(model))));
}

const PART = /^(@|(\d*)\+)?([^+@]+?)(\+(\d*))?$/;

function single(
  project: Project,
  text: string,
  facts: SelectorFacts | undefined,
  option: string,
): Set<Model> {
  const match = PART.exec(text);
  if (!match) throw invalid(option, text, "it is no selector");
  const [, before, up, criterion, after, down] = match;
  const found = matching(project, criterion!, facts, option);
  const depth = (digits: string | undefined): number =>
    digits === undefined || digits === "" ? Infinity : Number(digits);
  const result = new Set(found);
  const children = childrenOf(project);
  const parents = (model: Model): readonly Model[] => parentsOf(project, model);
  const descendants = (model: Model): readonly Model[] => children.get(model) ?? [];
  if (before === "@") {
    const below = walk(found, descendants, Infinity);
    for (const model of walk(below, parents, Infinity)) result.add(model);
  } else if (before !== undefined) {
    for (const model of walk(found, parents, depth(up))) result.add(model);
  }
  if (after !== undefined)
    for (const model of walk(found, descendants, depth(down))) result.add(model);
  return result;
}

function walk(
  from: Iterable<Model>,
  next: (model: Model) => readonly Model[],
  steps: number,
): Set<Model> {
  const seen = new Set(from);
  let edge = [...seen];
  for (let step = 0; step < steps && edge.length > 0; step++) {
    edge = edge.flatMap((model) => next(model).filter((other) => !seen.has(other)));
    for (const model of edge) seen.add(model);
  }
  return seen;
}

function childrenOf(project: Project): ReadonlyMap<Model, readonly Model[]> {
  const children = new Map<Model, Model[]>();
  for (const model of project.models) {
    for (const parent of parentsOf(project, model)) {
      children.set(parent, [...(children.get(parent) ?? []), model]);
    }
  }
  return children;
}

function matching(
  project: Project,
  criterion: string,
  facts: SelectorFacts | undefined,
  option: string,
): readonly Model[] {
  const colon = criterion.indexOf(":");
  const [method, value] =
    colon < 0 ? ["name", criterion] : [criterion.slice(0, colon), criterion.slice(colon + 1)];
  const pattern = wildcard(value);
  const keep = (test: (model: Model) => boolean): readonly Model[] => project.models.filter(test);
  switch (method) {
    case "name": {
      const found = keep((model) => pattern.test(model.name));
      if (found.length > 0) return found;
      throw invalid(option, criterion, "no model has that name", project);
    }
    case "tag":
      return keep((model) => model.tags.some((tag) => pattern.test(tag)));
    case "config.materialized":
      return keep((model) => pattern.test(model.materialize.kind));
    case "source":
      return keep((model) =>
        (project.reads.get(model) ?? []).some(
          (relation) => relation.kind !== "model" && pattern.test(relation.name),
        ),
      );
    case "state": {
      if (facts === undefined) throw invalid(option, criterion, "there is no engine to ask");
      if (value === "modified") return keep((model) => facts.modified.has(model));
      if (value === "new") return keep((model) => facts.fresh.has(model));
      throw invalid(option, criterion, "a state is modified or new");
    }
    default:
      throw invalid(option, criterion, `there is no method "${method}"`);
  }
}

function wildcard(text: string): RegExp {
  const escaped = text.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll("*", ".*")}$`);
}

function invalid(option: string, text: string, why: string, project?: Project): WarehouseError {
  return new WarehouseError("WAREHOUSE_INVALID_OPTION", `${option} has "${text}": ${why}.`, {
    hint:
      project === undefined
        ? "Write names, +name, name+, 2+name+1, @name, tag:x, source:x, state:modified; blanks are or, commas and."
        : `The models are ${project.models.map((model) => model.name).join(", ")}.`,
    details: { [option]: text },
  });
}
