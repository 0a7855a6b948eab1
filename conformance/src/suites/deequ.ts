import { isLakewrightError } from "@lakewright/core";
import { jsonOf } from "../files.ts";
import { judge, near, noCounterpart } from "../judge.ts";
import { checkOf, type DeequCase } from "../quality/deequ.ts";
import { type Checker, type ColumnData, define, openChecker, typed } from "../quality/table.ts";
import { CannotRun, type Outcome, type Suite } from "../suite.ts";

type Tables = Readonly<Record<string, ColumnData>>;

const TOLERANCE = 1e-10;

/** Metrics of tables that deequ's own tests assert. */
export const suite: Suite = {
  options: { engine: { type: "string", default: "duckdb" } },
  async *run({ path, options, wants }) {
    const { tables, cases } = jsonOf(path) as {
      readonly tables?: Tables;
      readonly cases?: readonly DeequCase[];
    };
    if (!tables || !cases) throw new CannotRun(`${path} has no "tables" or no "cases".`);
    const checker = openChecker(String(options["engine"]));
    try {
      for (const given of cases) {
        const title = [given.metric, given.table, given.id].join(" ");
        if (wants(title)) yield await run(title, given, tables, checker);
      }
    } finally {
      await checker.close();
    }
  },
};

async function run(
  title: string,
  given: DeequCase,
  tables: Tables,
  checker: Checker,
): Promise<Outcome> {
  const check = checkOf(given);
  const data = check && typed(tables[given.table ?? ""] ?? {}, check.columns);
  // A column that the table does not have is an error of the compiler.
  if (!check || !data) return noCounterpart(title);
  if (given.expected === "error") {
    return judge(title, () => {
      try {
        define(data, check.make);
      } catch (error) {
        if (isLakewrightError(error)) return;
        throw error;
      }
      throw new Error("no error where one is expected");
    });
  }
  return judge(title, async () => {
    const { result } = await checker.check(data, check.make);
    near(
      "the value",
      Number(result.observed),
      Number(given.expected),
      given.tolerance ?? TOLERANCE,
    );
  });
}
