import type { Columns, RowsOrBatches, Table } from "@lakewright/core";
import type { EngineTable } from "@lakewright/sql";
import type { ContractBuilder } from "../checks/builder.ts";
import type { CheckDefinition } from "../checks/definition.ts";
import { knownOptions, type Severity } from "../checks/options.ts";
import { contractBuilder } from "../checks/table-checks.ts";
import { checkBatches } from "../batch/check-batches.ts";
import { checkEngineTable } from "../engine/check-table.ts";
import { QualityError } from "../errors.ts";
import type { QualityRun } from "../run/quality-run.ts";
import { type RunOptions, runSettings } from "../run/run-options.ts";
import { type Split, type SplitOptions, splitData } from "../split/split.ts";
import { isEngineTable } from "../values/engine-table.ts";
import { type Plan, planOf } from "./plan.ts";

export interface ContractOptions<C extends Columns = Columns> {
  /** Name in reports. Default: the table's name. */
  readonly name?: string | undefined;
  /** Columns a failing row is known by. Default: the columns of the first unique check. */
  readonly key?: readonly (keyof C & string)[] | undefined;
}

/** A check of a contract, for people. */
export interface CheckDescription {
  readonly id: string;
  readonly check: string;
  readonly columns: readonly string[];
  readonly severity: Severity;
  readonly threshold: string;
}

/** What data of a table must be like. Holds no data: one contract checks any number of tables and streams. */
export interface Contract<T extends Table = Table> {
  readonly name: string;
  readonly table: T;
  readonly checks: readonly CheckDescription[];

  /**
   * Judges data where it is: a table of an engine by SQL, anything else batch by batch, with the same verdict.
   * Failed checks are results, not errors. On an engine the columns are taken to have the table's types, unless a
   * `$schema` check looks first; the queries of one run may see what others commit meanwhile.
   *
   * @throws CoreError CORE_INVALID_VALUE or CORE_SCHEMA_MISMATCH where the data is not of the table's types, unless the
   * contract has a `$schema` check; QualityError QUALITY_UNSUPPORTED for a check an engine cannot run.
   */
  check(data: EngineTable | RowsOrBatches<T>, options?: RunOptions): Promise<QualityRun>;

  /**
   * Parts good rows from bad, batch by batch: a row is rejected that fails a row check of severity "error", comes twice
   * under a unique check of that severity, or does not fit the table. Nothing is lost, and order is kept.
   */
  split(data: RowsOrBatches<T>, options?: SplitOptions): Split;
}

/**
 * Says what data of a table must be like.
 *
 * What the table itself demands (no null in a column that takes none, the values of a `oneOf`) is checked as well, by one
 * check named "definition"; a `notNull` or `oneOf` of the contract takes its place for that column.
 *
 * @param build - gives the checks, from builders by column: `(t) => [t.id.unique(), t.amount.between({ min: 0 })]`
 * @throws QualityError QUALITY_CHECK_TYPE, QUALITY_INVALID_CONTRACT, QUALITY_INVALID_PATTERN, QUALITY_INVALID_OPTION for
 * a check that could never run.
 */
export function defineContract<C extends Columns>(
  table: Table<C>,
  build: (t: ContractBuilder<C>) => readonly CheckDefinition[],
  options: ContractOptions<C> = {},
): Contract<Table<C>> {
  knownOptions("options of defineContract", options, ["name", "key"]);
  const checks = build(contractBuilder(table));
  assertChecks(checks);
  const plan = planOf(table, options.name ?? table.name, checks, options.key);
  return Object.freeze({
    name: plan.name,
    table,
    checks: describe(plan),
    check: async (
      data: EngineTable | RowsOrBatches<Table<C>>,
      given: RunOptions = {},
    ): Promise<QualityRun> => {
      const settings = runSettings(given);
      return isEngineTable(data)
        ? checkEngineTable(plan, data, settings)
        : checkBatches(plan, data, settings);
    },
    split: (data: RowsOrBatches<Table<C>>, given: SplitOptions = {}) =>
      splitData(plan, data, given),
  });
}

function assertChecks(checks: unknown): void {
  const isCheck = (check: unknown): boolean =>
    typeof check === "object" && check !== null && "rule" in check;
  if (Array.isArray(checks) && checks.every(isCheck)) return;
  throw new QualityError(
    "QUALITY_INVALID_CONTRACT",
    "The function given to defineContract did not return an array of checks.",
    { hint: "Return them all in one array: (t) => [t.id.unique(), t.name.notNull()]." },
  );
}

function describe(plan: Plan): readonly CheckDescription[] {
  return plan.checks.map(({ id, check, columns, severity, threshold }) =>
    Object.freeze({ id, check, columns, severity, threshold }),
  );
}
