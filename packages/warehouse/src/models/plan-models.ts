import type { SqlEngine } from "@lakewright/sql";
import { assertEngineOrWarehouse } from "../given.ts";
import { assertKnown } from "../options.ts";
import { Place } from "../schema/place.ts";
import type { Warehouse } from "../warehouse.ts";
import { compileModel } from "./compile.ts";
import { assertProject } from "./given.ts";
import { describeMaterialization } from "./materialization.ts";
import { neutralTarget, type Project } from "./project.ts";
import { factsOf, openRun } from "./run/run-models.ts";
import { asksForState, selectModels } from "./selector.ts";

export interface PlanModelsOptions {
  readonly select?: string | readonly string[] | undefined;
  readonly exclude?: string | readonly string[] | undefined;
  readonly schema?: string | undefined;
  /** The engine the SQL is for, and whose last runs `state:` compares with. Default: DuckDB's SQL, no state. */
  readonly engine?: SqlEngine | Warehouse | undefined;
}

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

/** What {@link runModels} would run: the models in order, and their whole queries. */
export async function planModels(
  project: Project,
  options: PlanModelsOptions = {},
): Promise<ModelPlan> {
  assertKnown("planModels", options, ["select", "exclude", "schema", "engine"]);
  assertProject("planModels", project);
  const { select, exclude, schema } = options;
  const given = options.engine;
  if (given !== undefined) assertEngineOrWarehouse("planModels", given);
  const engine = given === undefined ? undefined : "engine" in given ? given.engine : given;
  const opened = engine === undefined ? undefined : await openRun(engine, project, schema);
  const target = opened?.target ?? bareTarget(project, schema);
  const facts =
    engine !== undefined && opened !== undefined && asksForState(select, exclude)
      ? await factsOf(engine, project, opened)
      : undefined;
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

function bareTarget(
  project: Project,
  schema: string | undefined,
): ReturnType<typeof neutralTarget> {
  const neutral = neutralTarget();
  const name = schema ?? project.schema;
  if (name === undefined) return neutral;
  const place = new Place(name);
  const stars = new Place(project.starSchema ?? name);
  return {
    ...neutral,
    resolve: (relation) => {
      if (relation.kind === "source") return neutral.resolve(relation);
      return (relation.kind === "model" ? place : stars).id(relation.name);
    },
  };
}
