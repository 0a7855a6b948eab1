import { batchOf, columnOf, selectValues, toArrowSchema } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";
import type { AddFile } from "../delta/log/actions.ts";
import type { Layout } from "../delta/schema/layout.ts";
import { bindValue } from "../expression/evaluate.ts";
import { isExpression, type Value } from "../expression/expression.ts";
import { oneValue } from "../expression/one-value.ts";
import { checkOptions, invalidOption, isCondition, isObject } from "../options.ts";
import type { RowRules } from "../rules/row-rules.ts";
import { assertMayRemove } from "../table/append-only.ts";
import type { WriteTarget } from "../table/commit-actions.ts";
import { bindWhere } from "../where/bind.ts";
import { beginChange, changeChecks } from "./begin-change.ts";
import { unionOf } from "./places.ts";
import { predicateText } from "./predicate-text.ts";
import type { TableChange } from "./table-change.ts";
import type { ChangePlan, ChangeResult, UpdateOptions } from "./types.ts";

/** Plans to give columns new values. */
export async function planUpdate(table: WriteTarget, options: UpdateOptions): Promise<ChangePlan> {
  checkOptions("update", options, { ...changeChecks, where: isCondition, set: isObject });
  const { where, set, ...changeOptions } = options;
  if (set === undefined || Object.keys(set).length === 0) {
    throw invalidOption("update: set names no column.", 'Give { set: { status: "closed" } }.');
  }
  const change = await beginChange(table, changeOptions);
  assertMayRemove(table, "updated");
  const { layout } = change;
  refuseIdentities(change.rules, set);
  const columns = new Set(Object.keys(set));
  const assigned = assignment(layout, set);
  const assign = (batch: RecordBatch): RecordBatch =>
    change.rules.recompute(assigned(batch), columns);
  const bound = where && bindWhere(layout.table, where);
  const matching = new Map<AddFile, Uint32Array>();
  let rows = 0;
  for (const file of change.candidates(bound)) {
    const lists: Uint32Array[] = [];
    for await (const { places } of change.read(file, [], bound)) lists.push(places);
    if (lists.length === 0) continue;
    const places = unionOf(lists);
    matching.set(file, places);
    rows += places.length;
  }
  return {
    version: change.version,
    rows,
    filesTouched: matching.size,
    filesSkipped: change.filesSkipped,
    run: () => run(change, matching, assign, where ? { predicate: [predicateText(where)] } : {}),
  };
}

async function run(
  change: TableChange,
  matching: ReadonlyMap<AddFile, Uint32Array>,
  assign: (batch: RecordBatch) => RecordBatch,
  parameters: Readonly<Record<string, unknown>>,
): Promise<ChangeResult> {
  try {
    for (const [file, places] of matching) {
      change.remove(file, places, "update");
      for await (const { batch } of change.readAt(file, places)) {
        await change.add(assign(batch), "update");
      }
    }
  } catch (error) {
    await change.discard();
    throw error;
  }
  return change.commit("UPDATE", parameters);
}

function refuseIdentities({ rules }: RowRules, set: UpdateOptions["set"]): void {
  const identity = rules.identities.find(({ field }) => Object.hasOwn(set, field.name));
  if (!identity) return;
  throw invalidOption(
    `update: "${identity.field.name}" is an identity column, whose numbers stay as they were given out.`,
  );
}

/** Makes of rows of the table rows with new values. Every expression sees the values before. */
function assignment(
  { table }: Layout,
  set: Readonly<Record<string, Value>>,
): (batch: RecordBatch) => RecordBatch {
  const values = new Map<number, (batch: RecordBatch) => Data>();
  for (const [name, value] of Object.entries(set)) {
    columnOf(table, name); // throws, naming the columns there are
    const index = table.fields.findIndex((field) => field.name === name);
    const field = table.fields[index]!;
    if (isExpression(value)) {
      const bound = bindValue({ target: table }, value, field);
      values.set(index, (target) => bound.evaluate({ rows: target.numRows, target }));
    } else {
      const one = oneValue(field, value);
      values.set(index, (batch) => selectValues(one, new Int32Array(batch.numRows)));
    }
  }
  const schema = toArrowSchema(table);
  return (batch) =>
    batchOf(
      schema,
      batch.numRows,
      table.fields.map((_, k) => values.get(k)?.(batch) ?? batch.data.children[k]!),
    );
}
