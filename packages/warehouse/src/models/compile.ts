import { showValue } from "@lakewright/core";
import type { Capabilities, Dialect, Sql } from "@lakewright/sql";
import { raw, sql } from "@lakewright/sql";
import { invalidDefinition, namesOf } from "../define/names.ts";
import { isObject } from "../options.ts";
import { type Builder, startFrom } from "./build/from.ts";
import { Query } from "./build/query.ts";
import { inlineText } from "./cast.ts";
import type { SelectContext } from "./context.ts";
import type { Model } from "./model.ts";
import type { Relation } from "./relation.ts";

/** What a model is compiled for. */
export interface Target {
  readonly dialect: Dialect;
  readonly capabilities: Capabilities;
  /** Where a relation is. */
  readonly resolve: (relation: Relation) => Sql;
}

/** The part of an incremental model that is computed. */
export interface Part {
  readonly since: bigint | undefined;
  /** A subquery of the partitions to compute; undefined for all. */
  readonly partitions: Sql | undefined;
}

export const WHOLE: Part = { since: undefined, partitions: undefined };

/** A model's query as one engine takes it. */
export interface Compiled {
  /** The text, values written out as literals. */
  readonly text: string;
  readonly statement: Sql;
  /** Relations it refers to, each once, in order. */
  readonly reads: readonly Relation[];
  /** The builder's query, whose columns are known; undefined for SQL written by hand. */
  readonly query: Query | undefined;
}

/** Whole models as they were compiled for a target: a run asks for each several times. */
const compiled = new WeakMap<Target, WeakMap<Model, Compiled>>();

/** @throws WarehouseError WAREHOUSE_INVALID_DEFINITION where the query names a column its table does not have. */
export function compileModel(model: Model, target: Target, part: Part = WHOLE): Compiled {
  if (part !== WHOLE) return compile(model, target, part);
  const known = compiled.get(target) ?? new WeakMap<Model, Compiled>();
  compiled.set(target, known);
  const found = known.get(model) ?? compile(model, target, part);
  known.set(model, found);
  return found;
}

function compile(model: Model, target: Target, part: Part): Compiled {
  const noted = noting(target, part);
  const statement = model.select(noted.context);
  if (!hasParts(statement)) {
    throw invalidDefinition(
      `The select of model "${model.name}" gives no SQL.`,
      "Give a query of the builder, ended by select(…), or sql`…`.",
    );
  }
  const query = statement instanceof Query ? statement : undefined;
  if (query !== undefined) assertOutputs(model, query);
  const text = inlineText(target.dialect, statement);
  return { text, statement: raw(text), reads: [...noted.reads], query };
}

/** A context for one select, and the relations it will have asked for. */
export function noting(
  target: Target,
  part: Part,
): { readonly context: SelectContext; readonly reads: ReadonlySet<Relation> } {
  const reads = new Set<Relation>();
  const ref = (relation: Relation): Sql => {
    assertRelation(relation);
    reads.add(relation);
    return target.resolve(relation);
  };
  const builder: Builder = { dialect: target.dialect, capabilities: target.capabilities, ref };
  const context: SelectContext = {
    ref,
    from: (tables) => startFrom(builder, tables),
    changed: (column) =>
      part.partitions === undefined ? raw("TRUE") : sql`${column} IN (${part.partitions})`,
    full: part.since === undefined && part.partitions === undefined,
    since: part.since,
    dialect: target.dialect,
    capabilities: target.capabilities,
  };
  return { context, reads };
}

function assertRelation(given: unknown): void {
  if (isObject(given) && "kind" in given) return;
  throw invalidDefinition(
    `A query refers to ${showValue(given)}, which is no table, model or source.`,
    "Give ref() and from() the definition itself, not its name; source(…) describes any other table.",
  );
}

function hasParts(value: unknown): value is Sql {
  return isObject(value) && "parts" in value;
}

function assertOutputs(model: Model, query: Query): void {
  const wanted = namesOf(model.result);
  const missing = wanted.filter((name) => !query.outputs.has(name));
  const extra = [...query.outputs.keys()].filter((name) => !wanted.includes(name));
  if (missing.length + extra.length === 0) return;
  const lacks = missing.map((name) => `does not give "${name}"`);
  const has = extra.map((name) => `gives "${name}", which is no column of the model`);
  throw invalidDefinition(`The query of model "${model.name}" ${[...lacks, ...has].join(", ")}.`);
}
