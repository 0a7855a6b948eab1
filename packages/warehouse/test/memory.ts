import type { SqlEngine } from "@lakewright/sql";
import { guarded } from "./guarded.ts";

/** A row of {@link MemoryDimension}: half-open, `to` null while it lasts. */
export interface Version {
  readonly key: string;
  readonly value: string | null;
  readonly from: number;
  to: number | null;
  readonly deleted: boolean;
}

/** SCD2 written as naively as possible, one row after the other. */
export class MemoryDimension {
  readonly versions: Version[] = [];

  load(
    at: number,
    rows: ReadonlyMap<string, string | null>,
    deletes: "ignore" | "close" | "tombstone",
  ): void {
    for (const [key, value] of rows) {
      const open = this.versions.find((version) => version.key === key && version.to === null);
      if (open && open.value === value && !open.deleted) continue;
      if (open) open.to = at;
      this.versions.push({ key, value, from: at, to: null, deleted: false });
    }
    if (deletes === "ignore") return;
    for (const version of [...this.versions]) {
      if (version.to !== null || version.deleted || rows.has(version.key)) continue;
      version.to = at;
      if (deletes === "close") continue;
      this.versions.push({ ...version, from: at, to: null, deleted: true });
    }
  }
}

/**
 * The engine, failing at the n-th statement of its transactions (from 0) as a connection that breaks does; with `cut`,
 * which cuts it, the statement is sent and fails by itself.
 */
export function failingAt(
  engine: SqlEngine,
  n: number,
  cut?: () => Promise<void>,
): SqlEngine & { readonly statements: number } {
  let statements = 0;
  const guard = async (): Promise<void> => {
    if (statements++ !== n) return;
    if (cut === undefined) throw new Error("the connection broke");
    await cut();
  };
  return {
    ...guarded(engine, guard, false),
    get statements() {
      return statements;
    },
  };
}
