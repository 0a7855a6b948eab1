import { existsSync } from "node:fs";
import { join } from "node:path";
import { csvOf, type TextRow } from "../files.ts";
import { CannotRun } from "../suite.ts";
import { type Grouping, groupsOf } from "./agreement.ts";

/** Records, and which of them are one. */
export interface RecordSet {
  readonly rows: readonly TextRow[];
  readonly truth: Grouping;
}

/** Reads `records.csv`, or `a.csv` and `b.csv` as one table, with the truth of `truth_clusters.csv` or `truth_pairs.csv`. */
export function readSet(folder: string): RecordSet {
  const parts = ["records.csv", "a.csv", "b.csv"].filter((name) => existsSync(join(folder, name)));
  const rows = parts.flatMap((name) => csvOf(join(folder, name)));
  if (rows.length === 0) {
    throw new CannotRun(`${folder} has no records: neither records.csv nor a.csv and b.csv.`);
  }
  const ids = rows.map((row) => row["id"]);
  const nameless = ids.findIndex((id) => typeof id !== "string");
  if (nameless >= 0) throw new CannotRun(`Record ${nameless + 1} of ${folder} has no id.`);
  return { rows, truth: truthOf(folder, ids as string[]) };
}

function truthOf(folder: string, ids: readonly string[]): Grouping {
  const clusters = join(folder, "truth_clusters.csv");
  if (existsSync(clusters)) {
    const known = new Map(csvOf(clusters).map(({ id, cluster }) => [id!, cluster!]));
    // A record without a cluster is one of its own.
    return new Map(ids.map((id) => [id, known.get(id) ?? `alone ${id}`]));
  }
  const pairs = join(folder, "truth_pairs.csv");
  if (!existsSync(pairs)) {
    throw new CannotRun(`${folder} has neither truth_clusters.csv nor truth_pairs.csv.`);
  }
  return groupsOf(
    ids,
    csvOf(pairs).map(({ id_a: a, id_b: b }) => [a!, b!] as const),
  );
}
