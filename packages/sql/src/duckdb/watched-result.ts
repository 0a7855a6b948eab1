import { bindings } from "./bind.ts";
import type { Api, DuckDBConnection } from "./driver.ts";
import type { Statement } from "./seat.ts";

/** What is to be done when a result has been read, or its reader has left. */
export interface Ending {
  /** Throws where the query had failed. */
  check(): Promise<void>;
  leave(): Promise<void>;
}

const FAILED = "The query failed while its rows were read.";
export const FAILED_INSIDE = "A query of the transaction failed while its rows were read.";

const always = (): boolean => true;
const never = (): boolean => false;
const ignore = (): void => {};

/**
 * A result that is read piece by piece ends without a word where its query fails half way: the driver keeps the error to
 * itself (https://github.com/duckdb/duckdb-node-neo). What tells is its transaction, which has failed then, so it gets one.
 *
 * @param where - whether a transaction is open that others end, and whether the query is the whole text
 */
export async function watch(
  api: Api,
  raw: DuckDBConnection,
  statement: Statement,
  where: { readonly isInside: boolean; readonly isOnly: boolean },
): Promise<Ending> {
  const isOwn = !where.isInside && (await raw.run("BEGIN TRANSACTION").then(always, never));
  return {
    check: async () => {
      if (!(await hasFailed(raw))) {
        if (isOwn) await raw.run("COMMIT");
        return;
      }
      if (!isOwn) throw new Error(FAILED_INSIDE);
      await raw.run("ROLLBACK");
      throw (where.isOnly ? await reasonOf(api, raw, statement) : undefined) ?? new Error(FAILED);
    },
    // In a transaction that has failed the statement fails as well, after it has ended the result.
    leave: () => raw.run(isOwn ? "COMMIT" : "SELECT 1").then(ignore, ignore),
  };
}

/** Whether the transaction that is open has failed. */
export function hasFailed(raw: DuckDBConnection): Promise<boolean> {
  return raw.run("SELECT 1").then(never, always);
}

/** Why a query fails: it is run again, its rows left where they are. */
async function reasonOf(
  api: Api,
  raw: DuckDBConnection,
  { text, parameters }: Statement,
): Promise<Error | undefined> {
  const { values, types } = bindings(api, parameters);
  return raw.run(`EXPLAIN ANALYZE ${text}`, values, types).then(
    () => undefined,
    // Where it points in the text is not where it would of the query alone.
    (error: unknown) => new Error(String((error as Error).message).split("\n\n", 1)[0]),
  );
}
