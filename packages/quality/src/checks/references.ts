import { conformBatch, type LogicalType, tableFromFields } from "@lakewright/core";
import { type EngineTable, id, sql } from "@lakewright/sql";
import { BatchView } from "../batch/view.ts";
import { QualityError } from "../errors.ts";
import { relaxedColumn } from "../values/family.ts";
import { type Key, keysOf } from "../values/keys.ts";
import { plain } from "../values/plain.ts";
import { membershipKernel } from "./accepted.ts";
import type { RowRule, SqlScope } from "./definition.ts";

/** Values that are in a column of another table. */
export function referencesRule(
  column: string,
  declared: LogicalType,
  target: EngineTable,
  targetColumn: string,
): RowRule {
  const { type } = relaxedColumn({ type: declared, nullable: true });
  const where = `${target.path.join(".")}.${targetColumn}`;
  return {
    kind: "row",
    separate: true,
    failsSql: (scope) => {
      checkSameEngine(scope, where, target);
      const found = sql`SELECT 1 FROM ${id(...target.path)} AS referenced WHERE referenced.${id(targetColumn)} = ${scope.column(column)}`;
      return sql`${scope.column(column)} IS NOT NULL AND NOT EXISTS (${found})`;
    },
    kernel: async (signal) =>
      membershipKernel(column, type, await loadKeys(type, target, targetColumn, signal), true),
    reason: ([value]) => `${plain(value, type)} is not in ${where}`,
  };
}

/** Every value of the column, read once, to check batches against. */
async function loadKeys(
  type: LogicalType,
  target: EngineTable,
  targetColumn: string,
  signal: AbortSignal | undefined,
): Promise<Set<Key>> {
  const table = tableFromFields("referenced", [
    { name: "value", column: { type, nullable: true } },
  ]);
  const keys = new Set<Key>();
  const values = target.engine.query(
    sql`SELECT DISTINCT ${id(targetColumn)} AS value FROM ${id(...target.path)} WHERE ${id(targetColumn)} IS NOT NULL`,
    { signal },
  );
  for await (const batch of values) {
    const key = keysOf(new BatchView(table, conformBatch(table, batch)), ["value"]);
    for (let i = 0; i < batch.numRows; i++) keys.add(key(i));
  }
  return keys;
}

function checkSameEngine(scope: SqlScope, where: string, target: EngineTable): void {
  if (scope.table.engine === target.engine) return;
  throw new QualityError(
    "QUALITY_UNSUPPORTED",
    `${where} is on another engine than the table checked, ${scope.table.path.join(".")}.`,
    {
      hint: "Check batches: contract.check(engine.query(…)); the referenced values are then read.",
    },
  );
}
