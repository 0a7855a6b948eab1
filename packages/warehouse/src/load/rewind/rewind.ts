import { id, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import type { StarTable } from "../../define/star-table.ts";
import { WarehouseError } from "../../errors.ts";
import { type Instant, microsOf, showMicros } from "../../instant.ts";
import { assertKnown, assertOneOf } from "../../options.ts";
import { loadsTable } from "../../schema/system-tables.ts";
import { type LoadPlan, showPlan, type Step } from "../../step.ts";
import { bindMicros } from "../../values.ts";
import { count, type LoadContext, runStep } from "../context.ts";
import { REMOVAL_MODES, writeEntry } from "../ledger.ts";
import type { LoadJob } from "../run.ts";
import { GONE } from "../temporary-tables.ts";
import type { RewindOptions, RewindSummary } from "./rewind-options.ts";
import {
  findGone,
  INFER,
  REMOVE,
  REOPEN,
  repointName,
  repointSteps,
  rewindSteps,
  type Use,
  usesOf,
} from "./rewind-plan.ts";

/** @throws WarehouseError WAREHOUSE_UNSUPPORTED, WAREHOUSE_INVALID_OPTION */
export function assertRewind(dimension: Dimension, options: RewindOptions): void {
  assertKnown("rewind", options, ["facts", "signal"]);
  assertOneOf("facts", options.facts, [undefined, "refuse", "repoint"]);
  if (dimension.versioning === "scd2") return;
  throw new WarehouseError(
    "WAREHOUSE_UNSUPPORTED",
    `Dimension ${dimension.name} is ${dimension.versioning}: it has no history to take back.`,
    { hint: 'Give it versioning: "scd2", or load it anew.' },
  );
}

/** The statements of a rewind, without running any. */
export function planRewind(
  context: LoadContext,
  tables: readonly StarTable[],
  dimension: Dimension,
  to: Instant,
  { facts = "refuse" }: RewindOptions,
): LoadPlan {
  const micros = microsOf("The moment of rewind", to);
  const uses = usesOf(tables, dimension);
  const repoint = facts === "repoint" && uses.length > 0;
  return showPlan(context.dialect, [
    ...findGone(context, dimension, micros),
    ...(repoint ? repointSteps(context, uses) : uses.map((use) => countUses(context, use))),
    ...rewindSteps(context, dimension, micros, repoint),
  ]);
}

/** Takes a dimension back inside a transaction; its tables are locked. */
export async function rewindDimension(
  { session, context, tables }: Pick<LoadJob, "session" | "context" | "tables">,
  dimension: Dimension,
  micros: bigint,
  options: RewindOptions,
): Promise<RewindSummary> {
  const { place, clock } = context;
  const { facts = "refuse" } = options;
  const running = { session, options };
  const uses = usesOf(tables, dimension);
  const repoint = facts === "repoint" && uses.length > 0;
  const changed = new Map<string, number>();
  const run = async (step: Step): Promise<void> => {
    changed.set(step.name, await runStep(running, step));
  };
  for (const step of findGone(context, dimension, micros)) await run(step);
  if (repoint) {
    for (const step of repointSteps(context, uses)) await run(step);
  } else {
    for (const use of uses) {
      const rows = await count(running, countUses(context, use));
      if (rows > 0) throw inUse(dimension, use, rows, micros);
    }
  }
  const undone = await session
    .query(
      sql`SELECT load_id, load_mode FROM ${place.id(loadsTable.name)} WHERE table_name = ${dimension.name} AND effective_at >= ${bindMicros(micros)} ORDER BY effective_at, load_id`,
    )
    .rows();
  for (const step of rewindSteps(context, dimension, micros, repoint)) await run(step);
  const deleted = changed.get(REMOVE) ?? 0;
  const reopened = changed.get(REOPEN) ?? 0;
  const now = microsOf("The clock", clock.now());
  // It leaves things as they were before the moment, so a load may take effect at it.
  const entry = { effectiveMicros: micros - 1n, loadedMicros: now, mode: "rewind" } as const;
  const loadId = `rewind ${crypto.randomUUID()}`;
  const counts = { read: 0, inserted: 0, updated: 0, unchanged: 0, rejected: 0 };
  const summary = { loadId, applied: true, ...counts, reopened, closed: deleted };
  await writeEntry(session, place, { table: dimension.name, loadId, ...entry }, summary);
  const repointed: Record<string, number> = {};
  for (const use of uses) {
    const { name } = use.fact;
    repointed[name] = (repointed[name] ?? 0) + (changed.get(repointName(use)) ?? 0);
  }
  return {
    deleted,
    reopened,
    inferred: changed.get(INFER) ?? 0,
    repointed,
    loads: undone
      .filter(({ load_mode }) => !NO_LOADS.has(String(load_mode)))
      .map((row) => String(row["load_id"])),
  };
}

/** Modes of entries that nobody loads anew. */
const NO_LOADS: ReadonlySet<string> = new Set(["rewind", ...REMOVAL_MODES]);

function countUses({ place }: LoadContext, { fact, role }: Use): Step {
  return {
    name: `count facts of ${fact.name} in role ${role.name}`,
    sql: sql`SELECT count(*) AS n FROM ${place.id(fact.name)} f JOIN ${id(GONE)} g ON ${id("f", role.column)} = ${id("g", "member_key")}`,
  };
}

function inUse(
  { name }: Dimension,
  { fact, role }: Use,
  rows: number,
  micros: bigint,
): WarehouseError {
  return new WarehouseError(
    "WAREHOUSE_MEMBER_IN_USE",
    `${rows} ${rows === 1 ? "row" : "rows"} of ${fact.name} ${rows === 1 ? "refers" : "refer"} to versions of ${name} that start at ${showMicros(micros)} or later (role "${role.name}").`,
    {
      hint: 'Let them refer to the versions that are left with facts: "repoint", and load those facts again afterwards.',
      details: { table: fact.name, role: role.name, rows },
    },
  );
}
