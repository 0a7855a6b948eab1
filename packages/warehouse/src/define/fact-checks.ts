import type { Column, Table } from "@lakewright/core";
import type { FactParts, FactRole, LooseFactOptions, PartitionBy } from "./fact.ts";
import { invalidDefinition } from "./names.ts";

/** The milestones of a fact, which are roles of calendars; none where it is no accumulating snapshot. */
export function assertMilestones(
  table: string,
  roles: readonly FactRole[],
  { milestones, lags = {}, snapshot, grain }: LooseFactOptions,
): FactRole[] {
  if (milestones === undefined) {
    if (Object.keys(lags).length === 0) return [];
    throw invalidDefinition(`Fact "${table}" has lags and no milestones to count between.`);
  }
  if (snapshot !== undefined) {
    throw invalidDefinition(
      `Fact "${table}" has both milestones and a snapshot.`,
      "An accumulating snapshot is updated in place, a periodic one is not.",
    );
  }
  const found = milestones.map((name) => {
    const role = roles.find((candidate) => candidate.name === name);
    if (role?.dimension.days !== undefined && !grain.includes(name)) return role;
    throw invalidDefinition(
      `Milestone "${name}" of "${table}" is no role of a calendar outside the grain.`,
      `Its roles are ${roles.map((candidate) => candidate.name).join(", ")}.`,
    );
  });
  if (found.length === 0) throw invalidDefinition(`Fact "${table}" has an empty milestones list.`);
  for (const [lag, ends] of Object.entries(lags)) {
    const unknown = ends.find((end) => !milestones.includes(end));
    if (unknown === undefined && ends.length === 2) continue;
    throw invalidDefinition(
      `Lag "${lag}" of "${table}" names ${JSON.stringify(ends)}; it needs two of its milestones.`,
    );
  }
  return found;
}

export function assertEventTime(table: string, name: string, input: Table): void {
  if (isTime(input.columns[name])) return;
  throw invalidDefinition(
    `eventTime of "${table}" names "${name}", which is no date() or timestamp() column of it.`,
    'Give it as an attribute: attributes: { sold_at: timestamp("us") }.',
  );
}

export function assertOnDelete({ name, onDelete, grain, roles }: FactParts): void {
  if (!["cascade", "restrict", "setUnknown"].includes(onDelete)) {
    throw invalidDefinition(`Fact "${name}" has onDelete: "${String(onDelete)}".`);
  }
  const role = roles.find(({ column }) => grain.includes(column));
  if (onDelete !== "setUnknown" || role === undefined) return;
  throw invalidDefinition(
    `Fact "${name}" has onDelete: "setUnknown", and role "${role.name}" in its grain: rows would become alike.`,
    'Use "cascade" or "restrict", or a grain of columns.',
  );
}

/** The partitioning of a fact, by a stored column. */
export function assertPartition(
  fact: FactParts,
  partitionBy: PartitionBy | undefined,
): PartitionBy | undefined {
  if (partitionBy === undefined) return undefined;
  const { name, grain, roles, own, snapshot, surrogateKey } = fact;
  const { column, every } = partitionBy;
  if (every !== "month" && every !== "year") {
    throw invalidDefinition(`Fact "${name}" is partitioned every "${String(every)}".`);
  }
  const role = roles.find((candidate) => candidate.name === column);
  const field = own.find((candidate) => candidate.name === column);
  const isRange =
    role?.dimension.days !== undefined || isTime(field?.column) || column === snapshot?.date;
  if (!isRange) {
    throw invalidDefinition(
      `Fact "${name}" is partitioned by "${column}", which is no date() or timestamp() column and no role of a calendar.`,
    );
  }
  const stored = role?.column ?? column;
  if (!grain.includes(stored)) {
    throw invalidDefinition(
      `Fact "${name}" is partitioned by "${column}", which is not in its grain.`,
      "A partitioned table keeps only those keys unique that its partitions are cut by: add it to the grain.",
    );
  }
  if (surrogateKey !== undefined) {
    throw invalidDefinition(
      `Fact "${name}" is partitioned, so "${surrogateKey}" alone cannot be its primary key.`,
      "Leave surrogateKey out: the grain is then the primary key.",
    );
  }
  return { column: stored, every };
}

function isTime(column: Column | undefined): boolean {
  const type = column?.type;
  return type?.kind === "date" || (type?.kind === "timestamp" && type.utc);
}
