import { type RowInput, type Table, toBatch } from "@lakewright/core";
import { type ClusterOptions, clusterRecords, clusterRules } from "../cluster/cluster.ts";
import { type Clusters, makeClusters } from "../cluster/clusters.ts";
import { compileComparisons } from "../compare/compile.ts";
import type { CheckedDefinition } from "../linker/definition.ts";
import type { LinkerInput } from "../linker/linker.ts";
import { checkOptions } from "../options.ts";
import { type Records, type RecordSchema, recordsOfPair } from "../records/records.ts";
import type { JobOptions } from "@lakewright/core";
import { type Explanation, explainPair } from "./explain.ts";
import { type LinkModelJson, parametersToJson } from "./json.ts";
import type { LinkParameters } from "./parameters.ts";

/** Two rows to compare. */
export interface RowPair<T extends Table> {
  readonly left: RowInput<T>;
  readonly right: RowInput<T>;
}

/** A trained linker. */
export interface LinkModel<T extends Table = Table> {
  /** λ, m and u, how common values are, and what training warned of. */
  readonly parameters: LinkParameters;
  /**
   * Groups the records that are one. Records linked by nobody are clusters of their own; empty data gives none.
   *
   * @throws ReconcileError RECONCILE_INVALID_OPTION, RECONCILE_INVALID_ID, RECONCILE_DUPLICATE_ID, RECONCILE_LIMIT.
   */
  cluster(data: LinkerInput<T>, options?: ClusterOptions): Promise<Clusters<T>>;
  /** The weight of every comparison of two rows, whether or not a blocking rule has them. */
  explain(pair: RowPair<T>): Explanation;
  /** The model for storing; `linker.fromJson()` reads it. Values that occur twice or more in a field weighed by frequency are in it. */
  toJson(): LinkModelJson;
}

/** @internal What a model needs of its linker. */
export interface LinkerContext<T extends Table> {
  readonly table: T;
  readonly checked: CheckedDefinition;
  readonly schema: RecordSchema<T>;
  readonly read: (data: LinkerInput<T>, options?: JobOptions) => Promise<Records<T>>;
}

/** @internal The model of some parameters. */
export function linkModel<T extends Table>(
  { table, checked, schema, read }: LinkerContext<T>,
  parameters: LinkParameters,
): LinkModel<T> {
  return {
    parameters,
    cluster: async (data, options = {}) => {
      checkOptions("cluster()", options, clusterRules);
      const records = await read(data, options);
      const found = await clusterRecords(records, checked, parameters, options);
      return makeClusters(records, checked, parameters, found);
    },
    explain: ({ left, right }) => {
      const records = recordsOfPair(schema, toBatch(table, [left, right]));
      return explainPair(parameters, compileComparisons(records, checked.comparisons), 0, 1);
    },
    toJson: () => parametersToJson(parameters),
  };
}
