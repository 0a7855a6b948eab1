import { raw } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import type { Fact } from "../define/fact.ts";
import { namesOf } from "../define/names.ts";
import type { StarTable } from "../define/star-table.ts";
import { type LoadPlan, showPlan, type Step } from "../step.ts";
import type { LoadContext } from "./context.ts";
import { deltaSteps } from "./dimension/delta.ts";
import { applySteps } from "./dimension/dimension-plan.ts";
import { countRounds, rowKey, splitRounds } from "./dimension/rounds.ts";
import { deleteMissing, factSteps, loadedColumns, missingSteps } from "./fact/fact-plan.ts";
import { lagSteps } from "./fact/lags.ts";
import { resolvedTable, resolveSteps } from "./fact/resolve.ts";
import { weightSteps } from "./fact/weights.ts";
import { memberSteps } from "./members/infer.ts";
import { outriggerSteps } from "./members/outriggers.ts";
import type { LoadOptions } from "./options.ts";
import { dimensionRequest, factRequest } from "./request.ts";
import { countDuplicates, removeDuplicates } from "./stage/duplicates.ts";
import { createStage, dropTemporary, grainWithin, stagedTable } from "./stage/stage.ts";
import { DELTA, MISSING, RESOLVED, STAGE } from "./temporary-tables.ts";

/** The statements of a load in their order, without running any. */
export function planOf(context: LoadContext, table: StarTable, options: LoadOptions): LoadPlan {
  return showPlan(context.dialect, [
    ...createStage(context, table),
    { name: "load", sql: raw(`-- bulk load of the rows into ${STAGE}`) },
    ...(table.kind === "dimension"
      ? planDimension(context, table, options)
      : planFact(context, table, options)),
    dropTemporary(context.dialect, STAGE),
  ]);
}

function planDimension(context: LoadContext, dimension: Dimension, options: LoadOptions): Step[] {
  const request = dimensionRequest(dimension, options, context.clock);
  const unique = rowKey(dimension);
  const others = namesOf(dimension.input).filter((name) => !unique.includes(name));
  return [
    countDuplicates(STAGE, unique),
    ...removeDuplicates(context, stagedTable(dimension.input), unique, others),
    ...(dimension.updatedAt ? [countRounds(dimension), ...splitRounds(context, dimension)] : []),
    ...memberSteps(context, dimension, dimension.outriggers, true),
    ...deltaSteps(context, dimension, request),
    ...applySteps(context, dimension, request),
    ...outriggerSteps(context, dimension),
    dropTemporary(context.dialect, DELTA),
  ];
}

function planFact(context: LoadContext, fact: Fact, options: LoadOptions): Step[] {
  const { dialect } = context;
  const request = factRequest(fact, options);
  const grain = grainWithin(fact);
  const others = loadedColumns(fact).filter((column) => !grain.includes(column));
  const scope = fact.group ? [fact.group.column] : request.scope;
  const deletion =
    request.deletes === "delete" || fact.group
      ? [
          ...missingSteps(context, fact, scope),
          deleteMissing(context, fact),
          dropTemporary(dialect, MISSING),
        ]
      : [];
  return [
    ...memberSteps(context, fact, fact.roles, request.unknownMembers === "infer"),
    ...resolveSteps(context, fact, request),
    countDuplicates(RESOLVED, grain),
    ...removeDuplicates(context, resolvedTable(fact), grain, others),
    ...weightSteps(context, fact),
    ...deletion,
    ...factSteps(context, fact, request),
    ...lagSteps(context, fact),
    dropTemporary(dialect, RESOLVED),
  ];
}
