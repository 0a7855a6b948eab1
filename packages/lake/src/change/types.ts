import type { JobOptions } from "@lakewright/core";
import type { Value } from "../expression/expression.ts";
import type { Where } from "../where/expression.ts";

/**
 * How far a change is protected from commits beside it. "Serializable": as if the commits had happened one after the other.
 * "WriteSerializable": as that, but rows that others appended without reading the table need not have been seen.
 */
export type IsolationLevel = "Serializable" | "WriteSerializable";

export interface ChangeOptions extends JobOptions {
  /** Default the table property `delta.isolationLevel`, or "Serializable". */
  readonly isolation?: IsolationLevel | undefined;
  /**
   * Makes the change happen once: `version` of `appId` is committed with it, also where no row changes, and a change whose
   * version is not above the one committed last does nothing.
   */
  readonly txn?: { readonly appId: string; readonly version: bigint | number } | undefined;
}

/** What a change of rows did. */
export interface ChangeResult {
  /** The version that has the change; the version that stands where there was nothing to do. */
  readonly version: bigint;
  readonly written: boolean;
  readonly rowsDeleted: number;
  readonly rowsUpdated: number;
  readonly rowsInserted: number;
  /** Rows that were written again only because they share a file with a changed one. */
  readonly rowsCopied: number;
  readonly filesAdded: number;
  readonly filesRemoved: number;
  readonly deletionVectorsAdded: number;
  readonly bytesAdded: number;
  /** Files that partition values and statistics ruled out. */
  readonly filesSkipped: number;
}

/** What a change would do, and the way to do it. */
export interface ChangePlan {
  /** The version the plan was made for. `run` fails where a later one contradicts it. */
  readonly version: bigint;
  readonly rows: number;
  readonly filesTouched: number;
  readonly filesSkipped: number;
  run(): Promise<ChangeResult>;
}

export interface UpdateOptions extends ChangeOptions {
  /** Rows to update. Default all. */
  readonly where?: Where | undefined;
  /** New values by column; the others stay. */
  readonly set: Readonly<Record<string, Value>>;
}
