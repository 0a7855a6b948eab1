import type { SqlEngine } from "@lakewright/sql";
import type { Clock } from "../../clock.ts";
import type { Place } from "../../schema/place.ts";
import type { Target } from "../compile.ts";
import type { Project } from "../project.ts";
import type { Relation } from "../relation.ts";
import type { LineageOptions } from "./lineage.ts";

/** What all models of a run have in common. */
export interface RunContext {
  readonly engine: SqlEngine;
  readonly project: Project;
  readonly place: Place;
  readonly target: Target;
  /** The name of a relation's dataset in lineage: `schema.table`. */
  readonly nameOf: (relation: Relation) => string;
  readonly runId: string;
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  readonly fullRefresh: boolean;
  readonly touched: Readonly<Record<string, readonly unknown[]>>;
  readonly lineage: LineageOptions;
}
