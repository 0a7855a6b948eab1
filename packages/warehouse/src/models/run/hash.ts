import { describeType } from "@lakewright/core";
import { sha256 } from "../../sha256.ts";
import { compileModel, type Target } from "../compile.ts";
import type { Model } from "../model.ts";
import { type Relation, relationTable } from "../relation.ts";

/** What tells whether a model or what it reads has changed. */
export interface ModelHash {
  /** Of the whole query as the engine takes it, with the views it reads, the columns and how the model is kept. */
  readonly code: string;
  /** Of the names and columns of what it reads. */
  readonly inputs: string;
}

export async function hashModel(
  model: Model,
  target: Target,
  reads: readonly Relation[],
): Promise<ModelHash> {
  const { text } = compileModel(model, target);
  const { materialize, result, uniqueKey } = model;
  const kept = Object.entries(materialize).filter(([, value]) => typeof value !== "function");
  const code = [
    ...[text, columnsText(result.fields), JSON.stringify(kept), JSON.stringify(uniqueKey)],
    ...[...viewsUnder(model, target)].map((read) => {
      const columns = columnsText(read.result.fields);
      return `${read.name}: ${columns}\n${compileModel(read, target).text}`;
    }),
  ];
  const inputs = reads.map(
    (relation) =>
      `${relation.kind} ${relation.name}: ${columnsText(relationTable(relation).fields)}`,
  );
  return {
    code: await sha256(code.join("\n--\n")),
    inputs: await sha256(inputs.sort().join("\n")),
  };
}

/** The views a model's query is computed through: what they say is part of it, where a table's rows are its own. */
function viewsUnder(model: Model, target: Target, found = new Set<Model>()): ReadonlySet<Model> {
  for (const read of compileModel(model, target).reads) {
    if (read.kind !== "model" || read.materialize.kind !== "view" || found.has(read)) continue;
    found.add(read);
    viewsUnder(read, target, found);
  }
  return found;
}

function columnsText(fields: Model["result"]["fields"]): string {
  return fields
    .map(({ name, column }) => {
      const type = describeType(column.type);
      return `${JSON.stringify(name)} ${column.nullable ? `nullable(${type})` : type}`;
    })
    .join(", ");
}
