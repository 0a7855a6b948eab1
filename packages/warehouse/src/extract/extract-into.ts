import type { SqlEngine } from "@lakewright/sql";
import { WarehouseError } from "../errors.ts";
import type { SchemaPolicy } from "./drift/policy.ts";
import type { SchemaChange } from "./drift/schema-change.ts";
import type { SchemaVersions } from "./drift/schema-versions.ts";
import type { ExtractionSummary, ExtractOptions } from "./extraction.ts";
import type { TableSource } from "./introspect/source-table.ts";
import type { Strategy } from "./strategy.ts";
import type { ExtractTarget } from "./target/target.ts";

export interface ExtractIntoOptions extends Omit<
  ExtractOptions,
  "strategy" | "name" | "columns" | "where"
> {
  /** For all tables, or by table. */
  readonly strategy: Strategy | ((source: TableSource) => Strategy);
  /** What states are kept under, before the path of the table: one source of several. Default "". */
  readonly prefix?: string | undefined;
  /** Tables read at once. Default 4. */
  readonly concurrency?: number | undefined;
  /** How often a table whose read or write failed for a lost connection or a conflict is begun anew. Default 2. */
  readonly tableRetries?: number | undefined;
  /** Watermark: rows of a write at most; the state is kept after each. Default: one write a table. */
  readonly commitRows?: number | undefined;
  /** What a changed schema of the source does. Default: it is not looked at. */
  readonly drift?:
    { readonly versions: SchemaVersions; readonly policy?: SchemaPolicy | undefined } | undefined;
  /** Told when a table is done, or has failed. */
  readonly onTable?: ((result: TableResult) => void) | undefined;
}

/** What became of one table. */
export type TableResult = {
  readonly source: TableSource;
  readonly name: string;
  readonly changes: readonly SchemaChange[];
} & (
  | { readonly status: "done"; readonly summary: ExtractionSummary; readonly writes: number }
  | { readonly status: "failed"; readonly error: unknown }
);

/** What an extraction of many tables did. */
export interface ExtractIntoResult {
  readonly tables: readonly TableResult[];
  readonly failed: readonly (TableResult & { readonly status: "failed" })[];
  readonly read: number;
  readonly delivered: number;
}

/**
 * Extracts tables into a target, several at once. A table that fails leaves its own state as it was, and the others go on;
 * run it again to go on from there.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION. What goes wrong with a table is in its result.
 */
export async function extractInto(
  engine: SqlEngine,
  sources: readonly TableSource[],
  target: ExtractTarget,
  options: ExtractIntoOptions,
): Promise<ExtractIntoResult> {
  return Promise.reject(
    new WarehouseError("WAREHOUSE_UNSUPPORTED", `Not yet: ${engine.dialect.name}`, {
      details: { sources, target, options },
    }),
  );
}
