import {
  type Capabilities,
  type Dialect,
  duckdbCapabilities,
  duckdbDialect,
  id,
} from "@lakewright/sql";
import { WarehouseError } from "../errors.ts";
import { invalidDefinition } from "../define/names.ts";
import { assertKnown } from "../options.ts";
import { type Compiled, compileModel, type Target } from "./compile.ts";
import { assertModels } from "./given.ts";
import type { Model } from "./model.ts";
import { columnIn, type Relation } from "./relation.ts";

/** Where the tables of a project are. */
export interface ProjectOptions {
  /** Schema the models are in. Default: that of the run, else the engine's current one. */
  readonly schema?: string | undefined;
  /**
   * Schema of star tables that models refer to without a `source`. Default: that of the warehouse they are run on; on an
   * engine, that of the models.
   */
  readonly starSchema?: string | undefined;
}

/** Models that refer to each other, none of them to itself. Made by {@link defineProject}. */
export interface Project {
  /** Every model after those it reads. */
  readonly models: readonly Model[];
  readonly schema: string | undefined;
  readonly starSchema: string | undefined;
  /** What each model reads, in its query and in its tests. */
  readonly reads: ReadonlyMap<Model, readonly Relation[]>;
}

/**
 * Puts models in order by what they refer to. Models they refer to belong to the project unasked.
 *
 * @throws WarehouseError WAREHOUSE_MODEL_CYCLE with the path; WAREHOUSE_INVALID_DEFINITION where two models have one
 * name, or a query or test names a column its table does not have.
 */
export function defineProject(models: readonly Model[], options: ProjectOptions = {}): Project {
  assertKnown("defineProject", options, ["schema", "starSchema"], "WAREHOUSE_INVALID_DEFINITION");
  assertModels(models);
  const reads = new Map<Model, readonly Relation[]>();
  const ordered: Model[] = [];
  const named = new Map<string, Model>();
  const open: Model[] = [];
  const visit = (model: Model): void => {
    if (open.includes(model)) throw cycle([...open.slice(open.indexOf(model)), model]);
    const known = named.get(model.name.toLowerCase());
    if (known === model) return;
    if (known !== undefined) throw twice(known, model);
    open.push(model);
    const all = readsOf(model);
    for (const relation of all) if (relation.kind === "model") visit(relation);
    open.pop();
    const meanwhile = named.get(model.name.toLowerCase());
    if (meanwhile !== undefined) throw twice(meanwhile, model);
    named.set(model.name.toLowerCase(), model);
    reads.set(model, all);
    ordered.push(model);
  };
  for (const model of models) visit(model);
  return Object.freeze({
    models: ordered,
    schema: options.schema,
    starSchema: options.starSchema,
    reads,
  });
}

/** The target for looking at models without an engine: DuckDB's SQL, tables by their bare names. */
export function neutralTarget(
  dialect: Dialect = duckdbDialect,
  capabilities: Capabilities = duckdbCapabilities,
): Target {
  return {
    dialect,
    capabilities,
    resolve: (relation) => (relation.kind === "source" ? id(...relation.path) : id(relation.name)),
  };
}

/** The models a model reads. */
export function parentsOf(project: Project, model: Model): readonly Model[] {
  return (project.reads.get(model) ?? []).filter((relation) => relation.kind === "model");
}

function readsOf(model: Model): readonly Relation[] {
  const compiled: Compiled = compileModel(model, neutralTarget());
  const reads = new Set(compiled.reads);
  if (model.materialize.kind === "incremental" && model.materialize.by === "partition") {
    for (const relation of touchedReads(model)) reads.add(relation);
  }
  for (const test of model.tests) {
    for (const relation of test.reads) if (relation !== model) reads.add(relation);
    if (test.kind === "relationships") assertTarget(model, test.reads[0], test.target);
  }
  return [...reads];
}

function touchedReads(model: Model): readonly Relation[] {
  const { materialize } = model;
  if (materialize.kind !== "incremental" || materialize.by !== "partition") return [];
  if (materialize.touched === undefined) return [];
  const touched = materialize.touched;
  return compileModel({ ...model, select: touched }, neutralTarget()).reads;
}

function assertTarget(model: Model, to: Relation | undefined, column: string | undefined): void {
  if (to === undefined || column === undefined || columnIn(to, column) !== undefined) return;
  throw invalidDefinition(
    `A relationships test of model "${model.name}" names "${to.name}.${column}", and there is no such column.`,
  );
}

function cycle(path: readonly Model[]): WarehouseError {
  const names = path.map((model) => model.name);
  return new WarehouseError(
    "WAREHOUSE_MODEL_CYCLE",
    `Models refer to each other in a circle: ${names.join(" → ")}.`,
    {
      hint: "Take one of the references out; a history of a model's own rows is a snapshot or an incremental model.",
      details: { path: names },
    },
  );
}

function twice(known: Model, model: Model): WarehouseError {
  return invalidDefinition(
    `Two models are named "${known.name}" and "${model.name}".`,
    "Names are compared without case, as engines do: rename one.",
  );
}
