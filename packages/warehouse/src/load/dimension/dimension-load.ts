import { id, raw, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import { IS_DELETED, namesOf, VALID_TO } from "../../define/names.ts";
import { columnList } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { assertWhole, guardClosing } from "../closing.ts";
import { count, type Counts, type RunningLoad, runStep } from "../context.ts";
import type { LoadSource } from "../load-data.ts";
import { addMembers } from "../members/infer.ts";
import { isMost } from "../members/most.ts";
import { outriggerSteps } from "../members/outriggers.ts";
import type { Reject } from "../stage/rejects.ts";
import { dropTemporary } from "../stage/stage.ts";
import { markedRows, settleDuplicates, settleRejects, stageRows } from "../stage/staging.ts";
import { DELTA, LATER, OPERATION, PROBLEM, ROW, STAGE } from "../temporary-tables.ts";
import {
  type DeltaOperation,
  type DimensionRequest,
  compareSteps,
  RETURNING,
  settleSteps,
} from "./delta.ts";
import { applySteps, OVERWRITE } from "./dimension-plan.ts";
import { countRounds, nextRound, rowKey, splitRounds } from "./rounds.ts";

/** Loads members: stage, compare once, apply; once for each change where the source dates several of one member. */
export async function loadDimension(
  load: RunningLoad,
  dimension: Dimension,
  data: LoadSource,
  request: DimensionRequest,
): Promise<Counts & { readonly read: number }> {
  const { context } = load;
  const incoming = await stageRows(load, dimension, data);
  if (request.deletes !== "ignore") assertWhole(dimension.name, incoming.rejects.length);
  const unique = rowKey(dimension);
  const others = namesOf(dimension.input).filter((name) => !unique.includes(name));
  const { hasUniqueKeys } = incoming;
  const repeated =
    !hasUniqueKeys && (await settleDuplicates(load, incoming.staged, unique, others));
  const rounds =
    dimension.updatedAt && !hasUniqueKeys ? await count(load, countRounds(dimension)) : 1;
  if (rounds > 1) {
    for (const step of splitRounds(context, dimension)) await runStep(load, step);
  }
  await addMembers(load, dimension, dimension.outriggers, true);
  const hashing = await isMost(load, dimension, incoming.read);
  let sum = await applyStage(load, dimension, { ...request, hashing }, incoming.read, repeated);
  for (let round = 2; round <= rounds; round++) {
    for (const step of nextRound(dimension, round)) await runStep(load, step);
    // Every member of the data was in the first round: who is missing from this one has not ended.
    const later = { ...request, deletes: "ignore" } as const;
    sum = add(sum, await applyStage(load, dimension, later, incoming.read));
  }
  if (rounds > 1) await runStep(load, dropTemporary(context.dialect, LATER));
  await runStep(load, dropTemporary(context.dialect, STAGE));
  const { rejects, ...counts } = sum;
  const rejected = await settleRejects(load, incoming.read, [...incoming.rejects, ...rejects]);
  return { read: incoming.read, ...counts, rejected };
}

interface Applied extends Omit<Counts, "rejected"> {
  readonly rejects: readonly Reject[];
}

/**
 * Brings what is in the stage into the dimension.
 *
 * @param marked - whether rows of it are put aside already
 */
async function applyStage(
  load: RunningLoad,
  dimension: Dimension,
  request: DimensionRequest,
  read: number,
  marked = false,
): Promise<Applied> {
  const { context } = load;
  let returning = 0;
  for (const step of compareSteps(context, dimension, request)) await runStep(load, step);
  const operations = await countOperations(load);
  const isIdle = ({ needs }: Step): boolean =>
    needs?.every((operation) => !operations.has(operation as DeltaOperation)) ?? false;
  for (const step of settleSteps(context, dimension, request)) {
    if (isIdle(step)) continue;
    const changed = await runStep(load, step);
    if (step.name === RETURNING) returning = changed;
  }
  await guardMembers(load, dimension, operations.get("close") ?? 0, read);
  let overwritten = 0;
  for (const step of applySteps(context, dimension, request)) {
    if (isIdle(step)) continue;
    const changed = await runStep(load, step);
    if (step.name === OVERWRITE) overwritten = changed;
  }
  for (const step of outriggerSteps(context, dimension)) await runStep(load, step);
  const rejects =
    marked || operations.has("late") || operations.has("there")
      ? await markedRows(load, {
          table: STAGE,
          rows: sql`SELECT ${columnList([...namesOf(dimension.input), ROW, PROBLEM])} FROM ${id(STAGE)} WHERE ${id(PROBLEM)} IS NOT NULL`,
        })
      : [];
  await runStep(load, dropTemporary(context.dialect, DELTA));
  const of = (operation: DeltaOperation): number => operations.get(operation) ?? 0;
  return {
    inserted: of("insert"),
    updated: of("change") + of("reopen") + of("fill") + overwritten,
    reopened: of("reopen") + returning,
    closed: of("close"),
    rejects,
  };
}

function add(a: Applied, b: Applied): Applied {
  return {
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    reopened: a.reopened + b.reopened,
    closed: a.closed + b.closed,
    rejects: [...a.rejects, ...b.rejects],
  };
}

async function countOperations({ session }: RunningLoad): Promise<Map<DeltaOperation, number>> {
  const rows = await session
    .query(
      sql`SELECT ${id(OPERATION)} AS operation, count(*) AS n FROM ${id(DELTA)} GROUP BY ${id(OPERATION)}`,
    )
    .rows();
  return new Map(rows.map((row) => [row["operation"] as DeltaOperation, Number(row["n"])]));
}

function guardMembers(
  load: RunningLoad,
  dimension: Dimension,
  closing: number,
  read: number,
): Promise<void> {
  const { name, surrogateKey, versioning } = dimension;
  const open = versioning === "scd2" ? sql` AND ${id(VALID_TO)} IS NULL` : raw("");
  const current = sql`FROM ${load.context.place.id(name)} WHERE ${id(surrogateKey)} > 0 AND NOT ${id(IS_DELETED)}${open}`;
  return guardClosing(load, { table: name, what: "current members", read, closing, current });
}
