import { validityOf } from "@lakewright/core";
import type { Data, RecordBatch } from "apache-arrow";

/** Counts, over batches, the nulls of columns that Parquet statistics do not tell: lists and maps. */
export class NullCounts {
  private readonly paths: readonly (readonly string[])[];
  readonly counts: Map<string, number> = new Map<string, number>();

  constructor(paths: readonly (readonly string[])[]) {
    this.paths = paths;
    for (const path of paths) this.counts.set(path.join("."), 0);
  }

  add(batch: RecordBatch): void {
    for (const path of this.paths) {
      const key = path.join(".");
      this.counts.set(key, this.counts.get(key)! + nullsAt(batch.data, path));
    }
  }
}

/** Rows in which the value at a path is null, or one of the structs around it is. */
function nullsAt(root: Data, path: readonly string[]): number {
  const levels: Data[] = [];
  let at = root;
  for (const name of path) {
    const k = (at.type.children as { name: string }[]).findIndex((field) => field.name === name);
    at = at.children[k]!;
    levels.push(at);
  }
  const some = levels.filter((level) => level.nullCount > 0);
  if (some.length === 0) return 0;
  if (some.length === 1) return some[0]!.nullCount;
  const tests = some.map((level) => validityOf(level));
  let nulls = 0;
  for (let i = 0; i < root.length; i++) if (!tests.every((isValid) => isValid(i))) nulls++;
  return nulls;
}
