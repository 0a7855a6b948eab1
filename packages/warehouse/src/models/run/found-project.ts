import {
  type Capabilities,
  type Dialect,
  duckdbCapabilities,
  duckdbDialect,
  id,
  type SqlEngine,
} from "@lakewright/sql";
import { makeTables } from "../../schema/make-tables.ts";
import { tableNames } from "../../schema/catalog.ts";
import { Place } from "../../schema/place.ts";
import { ensureSchema, findPlace } from "../../schema/schema.ts";
import type { Warehouse } from "../../warehouse.ts";
import type { Target } from "../compile.ts";
import type { Model } from "../model.ts";
import type { Project } from "../project.ts";
import type { SelectorFacts } from "../selector.ts";
import { hashModel } from "./hash.ts";
import { ensureRunTables, lastSuccesses, modelsTable } from "./records.ts";

/** A project and where it is in a database: the same to a run and to its plan. */
interface FoundProject {
  readonly engine: SqlEngine;
  /** With the schema its stars are in, where it is run on a warehouse. */
  readonly project: Project;
  readonly place: Place;
  /** The schema that was asked for by name: a run makes it where it is missing. */
  readonly schema: string | undefined;
  readonly target: Target;
}

/** Says where the models and tables of a project are, without making anything. */
export async function findProject(
  on: SqlEngine | Warehouse,
  project: Project,
  given: string | undefined,
): Promise<FoundProject> {
  const schema = given ?? project.schema;
  const engine = "engine" in on ? on.engine : on;
  const placed = "engine" in on ? withStars(project, on.schema) : project;
  const place = await findPlace(engine, schema);
  return { engine, project: placed, place, schema, target: targetOf(placed, place, engine) };
}

/** The project on a warehouse: its stars are there, unless the project says where they are. */
function withStars(project: Project, schema: string): Project {
  return project.starSchema === undefined ? { ...project, starSchema: schema } : project;
}

/** @param place - of the models; undefined for bare names */
export function targetOf(
  project: Project,
  place: Place | undefined,
  engine: { readonly dialect: Dialect; readonly capabilities: Capabilities } = {
    dialect: duckdbDialect,
    capabilities: duckdbCapabilities,
  },
): Target {
  const stars = project.starSchema === undefined ? place : new Place(project.starSchema);
  return {
    dialect: engine.dialect,
    capabilities: engine.capabilities,
    resolve: (relation) => {
      if (relation.kind === "source") return id(...relation.path);
      const where = relation.kind === "model" ? place : stars;
      return where === undefined ? id(relation.name) : where.id(relation.name);
    },
  };
}

/** Makes what a run of models needs where it is missing. */
export async function makeRunTables({ engine, place, schema }: FoundProject): Promise<void> {
  await makeTables(engine, async (session) => {
    await ensureSchema(session, schema);
    await ensureRunTables(session, place);
  });
}

/** What has changed since the last successful run of each model. Where no run ever was, everything has. */
export async function factsOf({
  engine,
  project,
  place,
  target,
}: FoundProject): Promise<SelectorFacts> {
  const hasRuns = (await tableNames(engine, place)).has(modelsTable.name);
  const last = hasRuns ? await lastSuccesses(engine, place) : new Map<string, never>();
  const modified = new Set<Model>();
  const fresh = new Set<Model>();
  for (const model of project.models) {
    const before = last.get(model.name);
    if (before === undefined) fresh.add(model);
    const hash = await hashModel(model, target, project.reads.get(model) ?? []);
    const same = before?.codeHash === hash.code && before.inputHash === hash.inputs;
    if (!same) modified.add(model);
  }
  return { modified, fresh };
}
