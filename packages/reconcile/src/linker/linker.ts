import type { JobOptions, RowsOrBatches, Table } from "@lakewright/core";
import { type BlockingOptions, type PlannedRule, planBlocks } from "../blocking/plan.ts";
import { linkModel, type LinkModel } from "../model/link-model.ts";
import { parametersFromJson } from "../model/json.ts";
import { train, type TrainOptions, trainRules } from "../model/train.ts";
import { checkOptions, jobRules } from "../options.ts";
import { Records, readRecords } from "../records/records.ts";
import { blockingRules } from "./blocking-rules.ts";
import {
  type CheckedDefinition,
  checkDefinition,
  type LinkerDefinition,
  type LinkerPreset,
} from "./definition.ts";

/** What a linker works on: rows or batches, or records it has already read. */
export type LinkerInput<T extends Table> = RowsOrBatches<T> | Records<T>;

/** Finds the records of a table that are of one entity. */
export interface Linker<T extends Table = Table> {
  readonly table: T;
  readonly definition: LinkerDefinition;
  /**
   * Reads the records once, to train on, plan and cluster without reading them again.
   *
   * @throws ReconcileError RECONCILE_INVALID_ID, RECONCILE_DUPLICATE_ID; CoreError for data that does not fit the table.
   */
  read(data: RowsOrBatches<T>, options?: JobOptions): Promise<Records<T>>;
  /** What each blocking rule gives: exact pair counts before any pair is compared, and the blocks that are too large. */
  plan(data: LinkerInput<T>, options?: BlockingOptions & JobOptions): Promise<BlockingPlan>;
  /**
   * Estimates the model from the data, without labels. The same seed and records give the same model, in any order of
   * the rows, in Node and in browsers. Fewer than two records give a model of assumptions, with a warning.
   *
   * @throws ReconcileError RECONCILE_INVALID_OPTION, RECONCILE_LIMIT, and what {@link Linker.read} throws.
   */
  train(data: LinkerInput<T>, options?: TrainOptions): Promise<LinkModel<T>>;
  /**
   * The model that `toJson()` wrote.
   *
   * @throws ReconcileError RECONCILE_MODEL_MISMATCH where it is of another linker, or no model.
   */
  fromJson(json: unknown): LinkModel<T>;
}

/** What blocking does, before any pair is compared. */
export interface BlockingPlan {
  readonly records: number;
  /** Pairs of all rules; a pair of several rules is counted in each, and compared once. */
  readonly pairs: number;
  readonly rules: readonly PlannedRule[];
}

/**
 * Defines how the records of a table are linked: by `person()`, or by blocking rules and comparisons of your own.
 *
 * @throws ReconcileError RECONCILE_INVALID_LINKER, RECONCILE_UNKNOWN_COLUMN
 */
export function defineLinker<T extends Table>(
  table: T,
  definition: LinkerDefinition | LinkerPreset,
): Linker<T> {
  const given = typeof definition === "function" ? definition(table) : definition;
  const checked: CheckedDefinition = checkDefinition(table, given);
  const schema = { table, id: checked.id, fields: checked.fields };
  const read = async (data: LinkerInput<T>, options: JobOptions = {}): Promise<Records<T>> => {
    options.signal?.throwIfAborted();
    if (!(data instanceof Records)) return readRecords(schema, data, options);
    data.requireSchema(schema);
    return data;
  };
  const context = { table, checked, schema, read };
  return {
    table,
    definition: given,
    read: async (data, options = {}) => {
      checkOptions("read()", options, jobRules);
      return read(data, options);
    },
    plan: async (data, options = {}) => {
      checkOptions("plan()", options, { ...jobRules, ...blockingRules });
      const records = await read(data, options);
      const rules = planBlocks(records, checked.blocking, options).map((rule) => rule.planned);
      return {
        records: records.size,
        pairs: rules.reduce((sum, rule) => sum + rule.pairs, 0),
        rules,
      };
    },
    train: async (data, options = {}) => {
      checkOptions("train()", options, trainRules);
      const records = await read(data, options);
      return linkModel(context, await train(records, checked, options));
    },
    fromJson: (json) => linkModel(context, parametersFromJson(json, checked)),
  };
}
