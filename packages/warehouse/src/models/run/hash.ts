import { describeType } from "@lakewright/core";
import { sha256 } from "../../sha256.ts";
import { compileModel, type Target } from "../compile.ts";
import type { Model } from "../model.ts";
import { type Relation, relationTable } from "../relation.ts";

/** What tells whether a model or what it reads has changed. */
export interface ModelHash {
  /** Of the whole query as the engine takes it, the columns and how the model is kept. */
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
  const code = [text, columnsText(result.fields), JSON.stringify(kept), JSON.stringify(uniqueKey)];
  const inputs = reads.map(
    (relation) =>
      `${relation.kind} ${relation.name}: ${columnsText(relationTable(relation).fields)}`,
  );
  return {
    code: await sha256(code.join("\n--\n")),
    inputs: await sha256(inputs.sort().join("\n")),
  };
}

function columnsText(fields: Model["result"]["fields"]): string {
  return fields
    .map(({ name, column }) => {
      const type = describeType(column.type);
      return `${JSON.stringify(name)} ${column.nullable ? `nullable(${type})` : type}`;
    })
    .join(", ");
}
