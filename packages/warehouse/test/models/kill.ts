import { defineTable, int64, nullable } from "@lakewright/core";
import { createTable, type SqlEngine } from "@lakewright/sql";
import {
  defineProject,
  incremental,
  type Materialization,
  materializedView,
  type Model,
  model,
  notNull,
  type Project,
  runModels,
  snapshot,
  source,
  table,
  view,
} from "@lakewright/warehouse/models";
import { expect } from "vitest";
import type { Clock } from "../../src/clock.ts";
import { failingAt } from "../memory.ts";
import { dyingAt } from "./dying.ts";
import { rows } from "./support.ts";

export const kinds: readonly (readonly [string, Materialization])[] = [
  ["a view", view()],
  ["a table", table()],
  ["a materialised view", materializedView()],
  ["partitions", incremental({ by: "partition", column: "id" })],
  ["keys", incremental({ by: "key", key: ["id"], deletes: "delete" })],
  ["a snapshot", snapshot({ key: ["id"], deletes: "close", maxClosedShare: 1 })],
];

const columns = { id: int64(), n: nullable(int64()) };
const given = source(defineTable("kill_given", columns));

function killedModel(materialize: Materialization, name = "killed"): Model<typeof columns> {
  return model(name, {
    columns,
    materialize,
    grain: ["id"],
    tests: [notNull("id")],
    select: ({ from }) => from({ g: given }).select(({ g }) => ({ id: g.id, n: g.n })),
  });
}

function projectOf(materialize: Materialization): Project {
  const killed = killedModel(materialize);
  const reader = model("killed_reader", {
    columns: { n: nullable(int64()) },
    select: ({ from }) => from({ k: killed }).select(({ k }) => ({ n: k.n })),
  });
  return defineProject([killed, reader]);
}

const data = async (engine: SqlEngine, name = "killed"): Promise<unknown> => {
  const found = await rows(engine, `SELECT * FROM ${name}`);
  // Moments of versions are those of the clock, and numbers of surrogate keys may have gaps.
  return found
    .map(({ id, n, valid_from, valid_to }) => JSON.stringify([id, n, valid_from, valid_to]))
    .sort();
};
const records = (engine: SqlEngine): Promise<unknown> =>
  rows(
    engine,
    "SELECT count(*) AS n FROM _wh_models WHERE status = 'success' AND model_name = 'killed'",
  );
const tables = (engine: SqlEngine): Promise<unknown> =>
  rows(
    engine,
    "SELECT table_name AS t FROM information_schema.tables WHERE table_name LIKE 'killed%' ORDER BY 1",
  );

/** Runs a model once, changes its source, and breaks the connection at every statement of the next run. */
export async function killAtEveryStatement(
  engine: SqlEngine,
  materialize: Materialization,
  clock: Clock,
): Promise<number> {
  await engine.execute(createTable(engine.dialect, "kill_given", given.table));
  await engine.execute("INSERT INTO kill_given VALUES (1, 1), (2, NULL), (3, 3)");
  const project = projectOf(materialize);
  const options = {
    clock,
    ...(materialize.kind === "incremental" && materialize.by === "partition"
      ? { touched: { killed: [1, 2, 3, 4] } }
      : {}),
  };
  const first = await runModels(engine, project, options);
  expect(first.ok, String(first)).toBe(true);
  await engine.execute("UPDATE kill_given SET n = 2 WHERE id = 2");
  await engine.execute("DELETE FROM kill_given WHERE id = 3");
  await engine.execute("INSERT INTO kill_given VALUES (4, 4)");
  const before = await data(engine);
  const known = [await records(engine), await tables(engine)];
  const isView = materialize.kind === "view";
  let n = 0;
  for (; n < 500; n++) {
    const failing = failingAt(engine, n);
    const run = await runModels(failing, project, { ...options, select: "killed" }).catch(
      () => undefined,
    );
    if (failing.statements <= n) {
      expect(run?.ok, String(run)).toBe(true);
      break;
    }
    expect(run?.ok ?? false, `statement ${n}`).toBe(false);
    expect([await records(engine), await tables(engine)], `statement ${n}`).toEqual(known);
    if (!isView) expect(await data(engine), `statement ${n}`).toEqual(before);
  }
  const after = (await data(engine)) as string[];
  const open = after.filter(
    (row) => JSON.parse(row)[3] === null || JSON.parse(row)[3] === undefined,
  );
  expect(open.map((row) => JSON.parse(row).slice(0, 2) as unknown)).toEqual([
    ["1", "1"],
    ["2", "2"],
    ["4", "4"],
  ]);
  return n;
}

/** Kills the first run of a model before every statement, each time of a new model; another run follows. */
export async function killFirstRuns(
  engine: SqlEngine,
  materialize: Materialization,
  clock: Clock,
): Promise<number> {
  const options = { clock };
  const kind = materialize.kind === "incremental" ? materialize.by : materialize.kind;
  const path = { ifNotExists: true };
  await engine.execute(createTable(engine.dialect, "kill_given", given.table, path));
  await engine.execute("DELETE FROM kill_given");
  await engine.execute("INSERT INTO kill_given VALUES (1, 1), (2, NULL), (3, 3)");
  for (let n = 0; n < 500; n++) {
    const name = `first_${kind}_${n}`.toLowerCase();
    const project = defineProject([killedModel(materialize, name)]);
    const dying = dyingAt(engine, n);
    const killed = await runModels(dying, project, options).catch(() => undefined);
    const isWhole = dying.statements <= n;
    expect(killed?.ok ?? false, `statement ${n}`).toBe(isWhole);
    const run = isWhole ? killed : await runModels(engine, project, options);
    expect(run?.ok, `statement ${n}: ${String(run)}`).toBe(true);
    const found = (await data(engine, name)) as string[];
    const values = found.map((row) => JSON.parse(row).slice(0, 2) as unknown);
    expect(values, `statement ${n}`).toEqual([
      ["1", "1"],
      ["2", null],
      ["3", "3"],
    ]);
    const kept = `SELECT status AS s FROM _wh_models WHERE model_name = '${name}'`;
    expect(await rows(engine, kept), `statement ${n}`).toEqual([{ s: "success" }]);
    if (isWhole) return n;
  }
  throw new Error("500 statements do not end a run");
}

const FIRST = ["(1, 1)", "(2, NULL)", "(3, 3)"];
const SECOND = ["(1, 1)", "(2, 2)", "(4, 4)"];

/**
 * Kills the second run of a model, whose source has changed, before every statement, inside transactions and outside, each
 * time of a new model: what is there is all of one run or all of the other, and one more run makes it whole.
 */
export async function killSecondRuns(
  engine: SqlEngine,
  materialize: Materialization,
  clock: Clock,
): Promise<number> {
  const kind = materialize.kind === "incremental" ? materialize.by : materialize.kind;
  const isSnapshot = materialize.kind === "snapshot";
  await engine.execute(
    createTable(engine.dialect, "kill_given", given.table, { ifNotExists: true }),
  );
  const fill = async (values: readonly string[]): Promise<void> => {
    await engine.execute("DELETE FROM kill_given");
    await engine.execute(`INSERT INTO kill_given VALUES ${values.join(", ")}`);
  };
  const shown = async (name: string): Promise<string[]> =>
    (await rows(engine, `SELECT * FROM ${name}`))
      .map(({ id, n, valid_to }) => `(${id}, ${n ?? "NULL"})${valid_to ? " ended" : ""}`)
      .sort();
  const whole = isSnapshot ? [...SECOND, "(2, NULL) ended", "(3, 3) ended"].sort() : SECOND;
  for (let n = 0; n < 500; n++) {
    const name = `second_${kind}_${n}`.toLowerCase();
    const project = defineProject([killedModel(materialize, name)]);
    const touched = kind === "partition" ? { touched: { [name]: [1, 2, 3, 4] } } : {};
    const options = { clock, ...touched };
    await fill(FIRST);
    const first = await runModels(engine, project, options);
    expect(first.ok, String(first)).toBe(true);
    await fill(SECOND);
    const dying = dyingAt(engine, n);
    const killed = await runModels(dying, project, options).catch(() => undefined);
    const isWhole = dying.statements <= n;
    const at = `statement ${n}, after ${dying.sent.at(-1)}`;
    expect(killed?.ok ?? false, at).toBe(isWhole);
    // A view shows its source, whenever it was made.
    const left = await shown(name);
    if (materialize.kind !== "view") expect([FIRST, whole], at).toContainEqual(left);
    const runs = async (): Promise<unknown[]> => {
      const kept = `SELECT success_number AS s FROM _wh_models WHERE model_name = '${name}' AND status = 'success' ORDER BY 1`;
      return (await rows(engine, kept)).map(({ s }) => Number(s));
    };
    // A record of success is there with the data, also where what is left to do after it, such as cleaning up, was not done.
    const known = await runs();
    expect([[1], [1, 2]], at).toContainEqual(known);
    if (known.length === 2) expect(left, at).toEqual(whole);
    const run = isWhole ? killed : await runModels(engine, project, options);
    expect(run?.ok, `${at}: ${String(run)}`).toBe(true);
    expect(await shown(name), at).toEqual(whole);
    const made = `SELECT table_name AS t FROM information_schema.tables WHERE table_name LIKE '${name}%'`;
    expect(
      (await rows(engine, made)).map(({ t }) => t).filter((t) => t !== name),
      at,
    ).toEqual([]);
    expect(await runs(), at).toEqual(isWhole ? known : [...known, known.length + 1]);
    await engine.execute(`DROP ${objectKind(engine, materialize)} ${name}`);
    if (isWhole) return n;
  }
  throw new Error("500 statements do not end a run");
}

function objectKind(engine: SqlEngine, { kind }: Materialization): string {
  if (kind === "view") return "VIEW";
  const isMaterialized = kind === "materializedView" && engine.capabilities.materializedViews;
  return isMaterialized ? "MATERIALIZED VIEW" : "TABLE";
}
