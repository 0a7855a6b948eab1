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
import { DELTA, dropTemporary, STAGE } from "./stage.ts";
import { settleDuplicates, settleRejects, stageRows } from "./staging.ts";

/** The share of members a load may end unless it says otherwise: an extract that came out short must not end them all. */
const MAX_CLOSED_SHARE = 0.2;

/** Loads members: stage, compare once, apply. */
export async function loadDimension(
  load: RunningLoad,
  dimension: Dimension,
  data: RowsOrBatches,
  request: DimensionRequest,
): Promise<Counts & { readonly read: number }> {
  const { session, context } = load;
  const { dialect } = session;
  const { place } = context;
  const incoming = await stageRows(load, dimension, data);
  if (request.deletes === "close" && incoming.rejects.length > 0) {
    throw cannotClose(dimension, incoming.rejects.length);
  }
  const names = dimension.input.fields.map((field) => field.name);
  const others = names.filter((name) => !dimension.key.includes(name));
  await settleDuplicates(load, STAGE, dimension.key, others);
  for (const step of deltaSteps(dialect, place, dimension, request)) await runStep(load, step);
  const operations = await countOperations(load);
  await guardClosing(load, dimension, operations.get("close") ?? 0);
  let overwritten = 0;
  for (const step of applySteps(dialect, place, dimension)) {
    const changed = await runStep(load, step);
    if (step.name === OVERWRITE) overwritten = changed;
  }
  const rejected = await settleRejects(load, incoming.rejects, {
    table: STAGE,
    rows: sql`SELECT ${columnList([...names, ROW, PROBLEM])} FROM ${id(STAGE)} WHERE ${id(PROBLEM)} IS NOT NULL`,
  });
  await runStep(load, dropTemporary(DELTA));
  await runStep(load, dropTemporary(STAGE));
  return {
    read: incoming.read,
    inserted: operations.get("insert") ?? 0,
    updated: (operations.get("change") ?? 0) + (operations.get("fill") ?? 0) + overwritten,
    closed: operations.get("close") ?? 0,
    rejected,
  };
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
