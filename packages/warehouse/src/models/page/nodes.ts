import { namesOf } from "../../define/names.ts";
import { describeMaterialization } from "../materialization.ts";
import type { Model } from "../model.ts";
import type { ModelRun, ModelsRun } from "../outcome.ts";
import type { Project } from "../project.ts";
import { type Relation, relationTable } from "../relation.ts";

/** A table of the page: a model, or something models read. */
export interface PageNode {
  readonly relation: Relation;
  readonly name: string;
  readonly kind: "model" | "source";
  /** How it is kept. */
  readonly what: string;
  /** Numbers of the nodes it reads. */
  readonly parents: readonly number[];
  readonly children: readonly number[];
  readonly run: ModelRun | undefined;
  /** How its last run ended. */
  readonly verdict: ModelRun["status"] | undefined;
  readonly mark: string;
  readonly columns: readonly string[];
}

const MARKS = { success: "✓ ", failed: "✗ ", skipped: "– " } as const;

/** Everything the project has: what is read first, then the models in order. */
export function pageNodes(project: Project, runs: readonly ModelsRun[]): PageNode[] {
  const relations: Relation[] = [];
  for (const reads of project.reads.values()) {
    for (const relation of reads) {
      if (relation.kind !== "model" && !relations.includes(relation)) relations.push(relation);
    }
  }
  relations.push(...project.models);
  const last = new Map(runs.flatMap((run) => run.models.map((model) => [model.name, model])));
  const parents = relations.map((relation) =>
    (relation.kind === "model" ? (project.reads.get(relation) ?? []) : []).map((read) =>
      relations.indexOf(read),
    ),
  );
  return relations.map((relation, k) => {
    const run = relation.kind === "model" ? last.get(relation.name) : undefined;
    return {
      relation,
      name: relation.name,
      kind: relation.kind === "model" ? "model" : "source",
      what: whatOf(relation),
      parents: parents[k]!,
      children: parents.flatMap((of, child) => (of.includes(k) ? [child] : [])),
      run,
      verdict: run?.status,
      mark: run === undefined ? "" : MARKS[run.status],
      columns: namesOf(relationTable(relation)),
    };
  });
}

function whatOf(relation: Relation): string {
  if (relation.kind === "model") return describeMaterialization((relation as Model).materialize);
  return relation.kind === "source" ? "source" : relation.kind;
}
