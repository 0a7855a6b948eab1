import {
  defineTable,
  int32,
  bool,
  nullable,
  type RowInput,
  type Table,
  toBatch,
  utf8,
} from "@lakewright/core";
import type { RecordBatch } from "apache-arrow";
import type { CheckedDefinition } from "../linker/definition.ts";
import { textOf } from "../records/raw-column.ts";
import type { Records } from "../records/records.ts";
import { type MergeGroup, type MergeOptions, planMerge } from "./options.ts";
import { type Candidate, choose } from "./strategy.ts";

export type { MergeOptions } from "./options.ts";

/** One record a cluster, as batches of the table the records are of. Its id is the id of the cluster. */
export interface GoldenRecords<T extends Table = Table> extends Iterable<RecordBatch> {
  readonly table: T;
  /** Clusters. */
  readonly count: number;
  /**
   * Where each value is from: `cluster_id`, `column`, `record_id` of the record that gave it, its `source`, the
   * `strategy`, `support` (records with this value), `candidates` (records with a value) and `conflict` (whether they
   * differ). A column that no record has a value for has no row.
   */
  readonly provenance: RecordBatch;
  readonly provenanceTable: Table;
}

const BATCH_CLUSTERS = 16_384;

/** @internal Merges the records of each cluster, members ordered by id. */
export function mergeClusters<T extends Table>(
  records: Records<T>,
  checked: CheckedDefinition,
  clusters: readonly (readonly number[])[],
  options: MergeOptions<T>,
): GoldenRecords<T> {
  const { table, ids } = records;
  const plan = planMerge(table, checked, options);
  const sourceOf = plan.source === undefined ? () => null : records.reader(plan.source);
  const recencyOf = plan.recency === undefined ? () => undefined : records.reader(plan.recency);
  const readers = plan.groups.map((group) => group.columns.map((column) => records.reader(column)));
  const rankOf = (record: number): number => plan.rankOf(sourceOf(record));

  const mergeGroup = (group: number, members: readonly number[]): Choice | undefined =>
    chooseRecord(members, readers[group]!, plan.groups[group]!, rankOf, recencyOf);

  const rowOf = (members: readonly number[]): RowInput<T> => {
    const row: Record<string, unknown> = { [checked.id]: ids[members[0]!] };
    plan.groups.forEach(({ columns }, g) => {
      // Where all are blank, they are as blank as the first.
      const record = mergeGroup(g, members)?.record ?? members[0]!;
      columns.forEach((column, k) => {
        row[column] = readers[g]![k]!(record);
      });
    });
    return row as RowInput<T>;
  };

  const provenanceTable = provenanceOf(records, checked);
  let provenance: RecordBatch | undefined;
  return {
    table,
    count: clusters.length,
    provenanceTable,
    get provenance() {
      if (provenance) return provenance;
      const rows = clusters.flatMap((members) =>
        plan.groups.flatMap(({ columns, strategy }, g) => {
          const choice = mergeGroup(g, members);
          if (!choice) return [];
          const { record, ...facts } = choice;
          const source = textOf(sourceOf(record));
          const origin = { cluster_id: ids[members[0]!], record_id: ids[record], source };
          return columns
            .filter((_, k) => readers[g]![k]!(record) !== null)
            .map((column) => ({ ...origin, column, strategy: strategy as string, ...facts }));
        }),
      );
      return (provenance = toBatch(provenanceTable, rows));
    },
    *[Symbol.iterator]() {
      for (let from = 0; from < clusters.length; from += BATCH_CLUSTERS) {
        yield toBatch(table, clusters.slice(from, from + BATCH_CLUSTERS).map(rowOf));
      }
    },
  };
}

function provenanceOf(records: Records, checked: CheckedDefinition): Table {
  const idColumn = records.table.columns[checked.id]!;
  return defineTable(`${records.table.name}_provenance`, {
    cluster_id: idColumn,
    column: utf8(),
    record_id: idColumn,
    source: nullable(utf8()),
    strategy: utf8(),
    support: int32(),
    candidates: int32(),
    conflict: bool(),
  });
}

interface Choice {
  readonly record: number;
  readonly support: number;
  readonly candidates: number;
  readonly conflict: boolean;
}

/** The record that gives the values of a group of columns; undefined where none has any. */
function chooseRecord(
  members: readonly number[],
  readers: readonly ((record: number) => unknown)[],
  { strategy }: MergeGroup,
  rankOf: (record: number) => number,
  recencyOf: (record: number) => unknown,
): Choice | undefined {
  const supports = new Map<string, number>();
  const found: { readonly record: number; readonly key: string }[] = [];
  for (const record of members) {
    const key = keyOf(readers.map((read) => read(record)));
    if (key === undefined) continue;
    supports.set(key, (supports.get(key) ?? 0) + 1);
    found.push({ record, key });
  }
  const candidates = found.map(({ record, key }, order): Candidate => ({
    order,
    key,
    rank: rankOf(record),
    support: supports.get(key)!,
    length: key.length,
    recency: recencyOf(record) ?? undefined,
  }));
  const best = choose(candidates, strategy);
  if (!best) return undefined;
  return {
    record: found[best.order]!.record,
    support: best.support,
    candidates: candidates.length,
    conflict: supports.size > 1,
  };
}

/** The values as one text; undefined where all are missing or blank. */
function keyOf(values: readonly unknown[]): string | undefined {
  const parts = values.map((value) => (value === null ? "" : (textOf(value) ?? showOther(value))));
  return parts.some((part) => part.trim() !== "") ? parts.join("\u0000") : undefined;
}

/** Lists, structs and bytes have no text: their JSON tells them apart. */
function showOther(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "bigint" ? `${inner}n` : inner,
  );
}
