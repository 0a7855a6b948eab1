import type { SqlEngine } from "@lakewright/sql";
import { assertEngineOrWarehouse } from "../given.ts";
import { assertKnown } from "../options.ts";
import { Place } from "../schema/place.ts";
import type { Warehouse } from "../warehouse.ts";
import { compileModel } from "./compile.ts";
import { assertProject } from "./given.ts";
import { describeMaterialization } from "./materialization.ts";
import type { Project } from "./project.ts";
import { factsOf, findProject, targetOf } from "./run/found-project.ts";
import { asksForState, selectModels } from "./selector.ts";

/** Which models a plan is of, and for which engine. */
export interface PlanModelsOptions {
  /** Models to plan, in dbt's syntax. Default all. */
  readonly select?: string | readonly string[] | undefined;
  /** Models to leave out. Default none. */
  readonly exclude?: string | readonly string[] | undefined;
  /** Schema of the models. Default: the project's, else the engine's current one. */
  readonly schema?: string | undefined;
  /** The engine the SQL is for, and whose last runs `state:` compares with. Default: DuckDB's SQL, no state. */
  readonly engine?: SqlEngine | Warehouse | undefined;
}

/** The models that would run, in their order. */
export interface ModelPlan {
  readonly models: readonly {
    readonly name: string;
    readonly materialization: string;
    readonly reads: readonly string[];
    readonly sql: string;
  }[];
  /** The models in order, each with its query. */
  toString(): string;
}

/**
 * What {@link runModels} would run: the models in order, and their whole queries. Nothing is written: a schema that is
 * missing stays so.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION, also for `state:` without an engine.
 */
export async function planModels(
  project: Project,
  options: PlanModelsOptions = {},
): Promise<ModelPlan> {
  assertKnown("planModels", options, ["select", "exclude", "schema", "engine"]);
  assertProject("planModels", project);
  const { select, exclude, schema } = options;
  const { engine } = options;
  if (engine !== undefined) assertEngineOrWarehouse("planModels", engine);
  const found = engine === undefined ? undefined : await findProject(engine, project, schema);
  const target = found?.target ?? targetOf(project, placeOf(schema ?? project.schema));
  const facts = found && asksForState(select, exclude) ? await factsOf(found) : undefined;
  const models = selectModels(project, select, exclude, facts).map((model) => ({
    name: model.name,
    materialization: describeMaterialization(model.materialize),
    reads: (project.reads.get(model) ?? []).map((relation) => relation.name),
    sql: compileModel(model, target).text,
  }));
  return {
    models,
    toString: () =>
      models
        .map(({ name, materialization, reads, sql }) => {
          const from = reads.length === 0 ? "" : `, reads ${reads.join(", ")}`;
          return `-- ${name} (${materialization}${from})\n${sql};`;
        })
        .join("\n\n"),
  };
}

function placeOf(schema: string | undefined): Place | undefined {
  return schema === undefined ? undefined : new Place(schema);
}
