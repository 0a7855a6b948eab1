import { defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { sql } from "@lakewright/sql";
import { duckdb } from "@lakewright/sql/duckdb";
import {
  defineProject,
  eq,
  incremental,
  type Model,
  model,
  modelsPage,
  type Relation,
  runModels,
  source,
  table,
} from "@lakewright/warehouse/models";
import { describe, expect, it } from "vitest";
import { rows, ticking } from "./support.ts";

const events = source(defineTable("events", { id: int64(), part: nullable(utf8()) }));

describe("models one should not write", () => {
  it("are called by any name, and read only what they refer to", async () => {
    await using engine = duckdb(":memory:");
    await engine.execute("CREATE TABLE events (id BIGINT, part VARCHAR)");
    await engine.execute("INSERT INTO events VALUES (1, 'a')");
    const odd = model(`a"b; DROP TABLE events --`, {
      columns: { id: int64(), text: utf8() },
      materialize: table(),
      description: "</script><script>alert(1)</script><img src=x onerror=alert(2)>",
      select: ({ ref }) =>
        sql`SELECT id, 'FROM nobody -- ref(x) $1 ? ;' AS "text" -- a comment; with 'quotes"
FROM ${ref(events)} /* ; SELECT ? */`,
    });
    const next = model("next", {
      columns: { id: int64(), text: utf8() },
      materialize: table(),
      select: ({ from }) =>
        from({ o: odd })
          .where(({ o }) => eq(o.id, 1n))
          .select(({ o }) => ({ id: o.id, text: o.text })),
    });
    const project = defineProject([next]);
    expect(project.models.map(({ name }) => name)).toEqual([odd.name, "next"]);
    await runModels(engine, project, { clock: ticking() });
    expect(await rows(engine, "SELECT * FROM next")).toEqual([
      { id: "1", text: "FROM nobody -- ref(x) $1 ? ;" },
    ]);
    expect(await rows(engine, "SELECT count(*) AS n FROM events")).toEqual([{ n: "1" }]);
    const page = modelsPage(project);
    expect(page).not.toContain("<script>alert(1)");
    expect(page).not.toContain("<img src=x");
  });

  it("change the type of a column, and are built anew", async () => {
    await using engine = duckdb(":memory:");
    await engine.execute("CREATE TABLE events (id BIGINT, part VARCHAR)");
    await engine.execute("INSERT INTO events VALUES (1, 'a'), (2, 'b')");
    const clock = ticking();
    const numbers = model("changing", {
      columns: { id: int64(), v: int64() },
      materialize: incremental({ by: "key", key: ["id"] }),
      select: ({ ref }) => sql`SELECT id, id AS v FROM ${ref(events)}`,
    });
    const texts = model("changing", {
      columns: { id: int64(), v: utf8() },
      materialize: incremental({ by: "key", key: ["id"] }),
      select: ({ ref }) => sql`SELECT id, part AS v FROM ${ref(events)}`,
    });
    await runModels(engine, defineProject([numbers]), { clock });
    await runModels(engine, defineProject([texts]), { clock });
    expect(await rows(engine, "SELECT * FROM changing ORDER BY id")).toEqual([
      { id: "1", v: "a" },
      { id: "2", v: "b" },
    ]);
  });

  it("are two hundred in a row", async () => {
    await using engine = duckdb(":memory:");
    await engine.execute("CREATE TABLE events (id BIGINT, part VARCHAR)");
    await engine.execute("INSERT INTO events VALUES (1, 'a')");
    let before: Relation = events;
    for (let k = 0; k < 200; k++) {
      const parent: Relation = before;
      before = model(`m${k}`, {
        columns: { id: int64() },
        select: ({ ref }) => sql`SELECT id + 1 AS id FROM ${ref(parent)}`,
        materialize: table(),
      });
    }
    const run = await runModels(engine, defineProject([before as Model]), { clock: ticking() });
    expect(run.models.filter(({ status }) => status !== "success")).toEqual([]);
    expect(await rows(engine, "SELECT id FROM m199")).toEqual([{ id: "201" }]);
  }, 120_000);
});
