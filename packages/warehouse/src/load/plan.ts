import { raw } from "@lakewright/sql";
import { microsOf } from "../instant.ts";
import type { LoadOptions, LoadPlan, StarTable } from "../warehouse.ts";
import type { LoadContext } from "./context.ts";
import { deltaSteps } from "./delta.ts";
import { applySteps } from "./dimension-plan.ts";
import { countDuplicates, removeDuplicates } from "./duplicates.ts";
import { factSteps, grainWithin, loadedColumns } from "./fact-plan.ts";
import { factRequest } from "./request.ts";
import { inferMembers, namedDays, resolveSteps } from "./resolve.ts";
import { countRounds, rowKey, splitRounds } from "./rounds.ts";
import { createStage, DELTA, dropTemporary, RESOLVED, STAGE } from "./stage.ts";
import { showStep, type Step } from "./step.ts";

/** The statements of a load in their order, without running any. */
export function planOf(context: LoadContext, table: StarTable, options: LoadOptions): LoadPlan {
  const { dialect, place } = context;
  const steps: Step[] = [
    createStage(dialect, table.input),
    { name: "load", sql: raw(`-- bulk load of the rows into ${STAGE}`) },
  ];
  if (table.kind === "dimension") {
    const at = options.at === undefined ? context.clock.now() : options.at;
    const request = {
      micros: microsOf("at", at),
      deletes: options.deletes ?? "ignore",
      scope: options.scope,
    } as const;
    const unique = rowKey(table);
    const others = table.input.fields
      .map((field) => field.name)
      .filter((name) => !unique.includes(name));
    steps.push(
      countDuplicates(STAGE, unique),
      ...removeDuplicates(dialect, STAGE, unique, others),
      ...(table.updatedAt ? [countRounds(table), ...splitRounds(dialect, table)] : []),
      ...deltaSteps(dialect, place, table, request),
      ...applySteps(dialect, place, table),
      dropTemporary(DELTA),
    );
  } else {
    const request = factRequest(table, options);
    const grain = grainWithin(table);
    const others = loadedColumns(table).filter((column) => !grain.includes(column));
    for (const role of table.roles) {
      if (role.dimension.days !== undefined) steps.push(namedDays(table, role));
      else if (request.unknownMembers === "infer") steps.push(inferMembers(place, role));
    }
    steps.push(
      ...resolveSteps(dialect, place, table, request),
      countDuplicates(RESOLVED, grain),
      ...removeDuplicates(dialect, RESOLVED, grain, others),
      ...factSteps(dialect, place, table, request),
      dropTemporary(RESOLVED),
    );
  }
  steps.push(dropTemporary(STAGE));
  const shown = steps.map((step) => showStep(dialect, step));
  return {
    steps: shown,
    toString: () => shown.map((step) => `-- ${step.name}\n${step.sql};`).join("\n\n"),
  };
}
