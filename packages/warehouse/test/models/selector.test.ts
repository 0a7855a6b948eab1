import { int64 } from "@lakewright/core";
import { type Sql, sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import {
  defineProject,
  model,
  type Model,
  planModels,
  runModels,
  table,
  view,
} from "@lakewright/warehouse/models";
import { describe, expect, it } from "vitest";
import { ticking } from "./support.ts";

const one = (
  name: string,
  reads: readonly Model[],
  options: { readonly tags?: string[]; readonly table?: boolean; readonly value?: number } = {},
): Model =>
  model(name, {
    columns: { n: int64() },
    tags: options.tags,
    materialize: options.table ? table() : view(),
    select: ({ ref }) =>
      reads.reduce<Sql>(
        (so, read) => sql`${so} UNION ALL SELECT n FROM ${ref(read)}`,
        sql`SELECT ${options.value ?? 1} AS n`,
      ),
  });

//   a ─ b ─ d ─ e
//    ╲ c ╱
const a = one("stg_a", [], { tags: ["nightly", "base"] });
const b = one("mid_b", [a], { tags: ["nightly"] });
const c = one("mid_c", [a], { table: true });
const d = one("mart_d", [b, c]);
const e = one("mart_e", [d], { tags: ["finance"] });
const project = defineProject([e]);

const names = async (select?: string | string[], exclude?: string): Promise<string[]> =>
  (await planModels(project, { select, exclude })).models.map((of) => of.name.slice(-1)).sort();

describe("selections", () => {
  // dbt's documentation, "Node selector methods", "Graph operators" and "Set operators", on this graph.
  it.each([
    ["mart_d", "d"],
    ["mart_d+", "de"],
    ["+mart_d", "abcd"],
    ["+mid_b+", "abde"],
    ["1+mart_d", "bcd"],
    ["2+mart_d", "abcd"],
    ["stg_a+1", "abc"],
    ["1+mart_d+1", "bcde"],
    ["@mid_b", "abcde"],
    ["mid_b mart_e", "be"],
    ["mid_*", "bc"],
    ["tag:nightly", "ab"],
    ["tag:nightly+", "abcde"],
    ["+tag:finance", "abcde"],
    ["tag:nightly,tag:base", "a"],
    ["+mid_b,+mid_c", "a"],
    ["tag:base,tag:finance", ""],
    ["config.materialized:table", "c"],
    ["tag:no_such_tag", ""],
  ])("%s gives %s", async (selection, expected) => {
    expect((await names(selection)).join("")).toBe(expected);
  });

  it("are united when several are given, and what is excluded is left out", async () => {
    expect((await names(["mid_b", "mid_c"])).join("")).toBe("bc");
    expect((await names("stg_a+", "mid_b+")).join("")).toBe("ac");
    expect((await names(undefined, "tag:nightly")).join("")).toBe("cde");
  });

  it.each([
    ["nobody", /select has "nobody": no model has that name/],
    ["", /it is empty/],
    ["path:models/x", /there is no method "path"/],
    ["state:modified", /there is no engine to ask/],
    ["++mid_b", /is no selector/],
  ])("%j is refused", async (selection, message) => {
    await expect(names(selection)).rejects.toThrow(message);
  });

  it("state:modified are models whose code, columns or inputs are others than at their last success", async () => {
    await using engine = duckdb(":memory:");
    const modified = async (models: Model, select: string): Promise<string> => {
      const plan = await planModels(defineProject([models]), { select, engine });
      return plan.models.map((of) => of.name.slice(-1)).join("");
    };
    expect(await modified(e, "state:new")).toBe("abcde");
    await runModels(engine, project, { clock: ticking() });
    expect(await modified(e, "state:modified")).toBe("");

    const other = one("mid_c", [a], { table: true, value: 2 });
    const changed = one("mart_e", [one("mart_d", [b, other])], { tags: ["finance"] });
    expect(await modified(changed, "state:modified")).toBe("c");
    expect(await modified(changed, "state:modified+")).toBe("cde");

    const run = await runModels(engine, defineProject([changed]), {
      select: "state:modified+",
      clock: ticking("2026-11-22T12:00:00Z"),
    });
    expect(run.models.map((of) => of.name)).toEqual(["mid_c", "mart_d", "mart_e"]);
    expect(await modified(changed, "state:modified")).toBe("");
  });
});
