import type { RowsOrBatches } from "@lakewright/core";
import { id, sql } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import { PROBLEM, ROW, VALID_TO } from "../define/names.ts";
import { WarehouseError } from "../errors.ts";
import { showMicros } from "../instant.ts";
import { columnList } from "../schema/create.ts";
import { count, type Counts, type RunningLoad, runStep } from "./context.ts";
import { type DeltaOperation, type DimensionRequest, deltaSteps } from "./delta.ts";
import { applySteps, OVERWRITE } from "./dimension-plan.ts";
import type { Reject } from "./rejects.ts";
import { countRounds, nextRound, rowKey, splitRounds } from "./rounds.ts";
import { DELTA, dropTemporary, LATER, STAGE } from "./stage.ts";
import { markedRows, settleDuplicates, settleRejects, stageRows } from "./staging.ts";

/** The share of members a load may end unless it says otherwise: an extract that came out short must not end them all. */
const MAX_CLOSED_SHARE = 0.2;

/** Loads members: stage, compare once, apply; once for each change where the source dates several of one member. */
export async function loadDimension(
  load: RunningLoad,
  dimension: Dimension,
  data: RowsOrBatches,
  request: DimensionRequest,
): Promise<Counts & { readonly read: number }> {
  const { dialect } = load.session;
  const incoming = await stageRows(load, dimension, data);
  if (request.deletes === "close" && incoming.rejects.length > 0) {
    throw cannotClose(dimension, incoming.rejects.length);
  }
  const unique = rowKey(dimension);
  const others = namesOf(dimension).filter((name) => !unique.includes(name));
  await settleDuplicates(load, STAGE, unique, others);
  const rounds = dimension.updatedAt ? await count(load, countRounds(dimension)) : 1;
  if (rounds > 1) {
    for (const step of splitRounds(dialect, dimension)) await runStep(load, step);
  }
  let sum = await applyStage(load, dimension, request);
  for (let round = 2; round <= rounds; round++) {
    for (const step of nextRound(dimension, round)) await runStep(load, step);
    // Every member of the data was in the first round: who is missing from this one has not ended.
    sum = add(sum, await applyStage(load, dimension, { ...request, deletes: "ignore" }));
  }
  if (rounds > 1) await runStep(load, dropTemporary(LATER));
  await runStep(load, dropTemporary(STAGE));
  const { inserted, updated, closed } = sum;
  const rejected = await settleRejects(load, incoming.read, [...incoming.rejects, ...sum.rejects]);
  return { read: incoming.read, inserted, updated, closed, rejected };
}

interface Applied extends Omit<Counts, "rejected"> {
  readonly rejects: readonly Reject[];
}

/** Brings what is in the stage into the dimension. */
async function applyStage(
  load: RunningLoad,
  dimension: Dimension,
  request: DimensionRequest,
): Promise<Applied> {
  const { dialect } = load.session;
  const { place } = load.context;
  for (const step of deltaSteps(dialect, place, dimension, request)) await runStep(load, step);
  const operations = await countOperations(load);
  await guardClosing(load, dimension, operations.get("close") ?? 0);
  let overwritten = 0;
  for (const step of applySteps(dialect, place, dimension)) {
    const changed = await runStep(load, step);
    if (step.name === OVERWRITE) overwritten = changed;
  }
  const rejects = await markedRows(load, {
    table: STAGE,
    rows: sql`SELECT ${columnList([...namesOf(dimension), ROW, PROBLEM])} FROM ${id(STAGE)} WHERE ${id(PROBLEM)} IS NOT NULL`,
  });
  await runStep(load, dropTemporary(DELTA));
  return {
    inserted: operations.get("insert") ?? 0,
    updated: (operations.get("change") ?? 0) + (operations.get("fill") ?? 0) + overwritten,
    closed: operations.get("close") ?? 0,
    rejects,
  };
}

function add(a: Applied, b: Applied): Applied {
  return {
    inserted: a.inserted + b.inserted,
    updated: a.updated + b.updated,
    closed: a.closed + b.closed,
    rejects: [...a.rejects, ...b.rejects],
  };
}

function namesOf(dimension: Dimension): readonly string[] {
  return dimension.input.fields.map((field) => field.name);
}

async function countOperations({ session }: RunningLoad): Promise<Map<DeltaOperation, number>> {
  const rows = await session
    .query(sql`SELECT operation, count(*) AS n FROM ${id(DELTA)} GROUP BY operation`)
    .rows();
  return new Map(rows.map((row) => [row["operation"] as DeltaOperation, Number(row["n"])]));
}

async function guardClosing(
  load: RunningLoad,
  dimension: Dimension,
  closing: number,
): Promise<void> {
  if (closing === 0) return;
  const { name, surrogateKey } = dimension;
  const share = load.options.maxClosedShare ?? MAX_CLOSED_SHARE;
  const current = await count(load, {
    name: "count current members",
    sql: sql`SELECT count(*) AS n FROM ${load.context.place.id(name)} WHERE ${id(surrogateKey)} > 0 AND ${id(VALID_TO)} IS NULL`,
  });
  if (closing <= share * current) return;
  throw new WarehouseError(
    "WAREHOUSE_MASS_CLOSE",
    `The load would end ${closing} of the ${current} current members of ${name}; at most ${share * 100} % may end in one load.`,
    {
      hint: "Check that the extract is whole. If it is, say so with maxClosedShare.",
      details: { table: name, closing, current, share },
    },
  );
}

function cannotClose(dimension: Dimension, invalid: number): WarehouseError {
  return new WarehouseError(
    "WAREHOUSE_ROWS_REJECTED",
    `${invalid} ${invalid === 1 ? "row" : "rows"} for ${dimension.name} cannot be read, so nobody knows which members the extract does not have.`,
    {
      hint: 'Correct the rows, or load without deletes: "close".',
      details: { table: dimension.name, rows: invalid },
    },
  );
}

/** When the changes of a load take effect; they must not be older than what is there. */
export function effectiveMicros(
  dimension: Dimension,
  asked: bigint | undefined,
  now: bigint,
  newest: bigint | undefined,
  closing: boolean,
): bigint {
  if (asked === undefined) {
    // Two loads within one tick of the clock are still one after the other.
    return newest !== undefined && now <= newest ? newest + 1n : now;
  }
  if (newest === undefined || asked > newest || (asked === newest && !closing)) return asked;
  throw new WarehouseError(
    "WAREHOUSE_OUT_OF_ORDER",
    `The load of ${dimension.name} takes effect at ${showMicros(asked)}, and an earlier one did at ${showMicros(newest)}.`,
    {
      hint: "Load history in its order. A load into the past would overlap the versions that are there.",
      details: { table: dimension.name, at: showMicros(asked), newest: showMicros(newest) },
    },
  );
}
