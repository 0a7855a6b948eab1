import { defineTable, float64, type Table, toBatch } from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { PlannedRule } from "../blocking/plan.ts";
import { type GoldenRecords, mergeClusters, type MergeOptions } from "../golden/merge.ts";
import type { CheckedDefinition } from "../linker/definition.ts";
import { type Explanation, explainPair } from "../model/explain.ts";
import { type LinkParameters, probabilityOf } from "../model/parameters.ts";
import { compareIds, type RecordId } from "../records/order.ts";
import type { Records } from "../records/records.ts";
import type { ReconcileWarning } from "../warnings.ts";
import type { FoundClusters } from "./cluster.ts";

/** Records grouped by entity. */
export interface Clusters<T extends Table = Table> {
  /** Clusters, those of one record included. */
  readonly count: number;
  /** One row a record: `id` and `cluster_id`, the smallest id of its cluster; by cluster, then by id. */
  readonly assignments: RecordBatch;
  readonly assignmentsTable: Table;
  /** The pairs at or above the threshold: `left_id`, `right_id`, `probability`, `match_weight` (bits); best first. */
  readonly pairs: RecordBatch;
  readonly pairsTable: Table;
  /** What each blocking rule gave. */
  readonly blocking: readonly PlannedRule[];
  readonly warnings: readonly ReconcileWarning[];
  /**
   * Why two of the records are, or are not, one.
   *
   * @throws ReconcileError RECONCILE_UNKNOWN_RECORD
   */
  explain(pair: { readonly left: RecordId; readonly right: RecordId }): Explanation;
  /**
   * One golden record a cluster.
   *
   * @throws ReconcileError RECONCILE_INVALID_OPTION, RECONCILE_UNKNOWN_COLUMN
   */
  merge(options?: MergeOptions<T>): GoldenRecords<T>;
}

/** @internal The clusters that were found, by id. */
export function makeClusters<T extends Table>(
  records: Records<T>,
  checked: CheckedDefinition,
  parameters: LinkParameters,
  found: FoundClusters,
): Clusters<T> {
  const members = membersById(records.ids, found.labels);
  const { table } = records;
  const idColumn = table.columns[checked.id]!;
  const assignmentsTable = defineTable(`${table.name}_clusters`, {
    id: idColumn,
    cluster_id: idColumn,
  });
  const pairsTable = defineTable(`${table.name}_pairs`, {
    left_id: idColumn,
    right_id: idColumn,
    probability: float64(),
    match_weight: float64(),
  });
  const { ids } = records;
  let assignments: RecordBatch | undefined;
  let pairs: RecordBatch | undefined;
  return {
    count: members.length,
    get assignments() {
      return (assignments ??= toBatch(
        assignmentsTable,
        members.flatMap((cluster) =>
          cluster.map((k) => ({ id: ids[k]!, cluster_id: ids[cluster[0]!]! })),
        ),
      ));
    },
    assignmentsTable,
    get pairs() {
      return (pairs ??= toBatch(pairsTable, pairRows(ids, found)));
    },
    pairsTable,
    blocking: found.blocking,
    warnings: found.warnings,
    explain: ({ left, right }) =>
      explainPair(parameters, found.compiled, records.indexOf(left), records.indexOf(right)),
    merge: (options = {}) => mergeClusters(records, checked, members, options),
  };
}

/** The record numbers of each cluster, by id; clusters by their smallest id. */
function membersById(ids: readonly RecordId[], labels: Int32Array): number[][] {
  const byLabel = new Map<number, number[]>();
  labels.forEach((label, record) => {
    const members = byLabel.get(label);
    if (members) members.push(record);
    else byLabel.set(label, [record]);
  });
  const clusters = [...byLabel.values()];
  for (const members of clusters) members.sort((a, b) => compareIds(ids[a]!, ids[b]!));
  return clusters.sort((a, b) => compareIds(ids[a[0]!]!, ids[b[0]!]!));
}

interface PairRow {
  readonly left_id: RecordId;
  readonly right_id: RecordId;
  readonly probability: number;
  readonly match_weight: number;
}

function pairRows(ids: readonly RecordId[], { edges }: FoundClusters): PairRow[] {
  return Array.from(edges.strongestFirst(), (edge) => {
    const a = ids[edges.left[edge]!]!;
    const b = ids[edges.right[edge]!]!;
    const [left, right] = compareIds(a, b) < 0 ? [a, b] : [b, a];
    const weight = edges.weight[edge]!;
    return {
      left_id: left,
      right_id: right,
      probability: probabilityOf(weight),
      match_weight: weight,
    };
  });
}
