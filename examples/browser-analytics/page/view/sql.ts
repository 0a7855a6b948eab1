import { fromArrowSchema, toRows } from "@lakewright/core";
import type { App, State } from "../app.ts";
import { el, fill, textTable } from "../dom.ts";
import { formatCount, formatValue, isNumber, plural } from "../format.ts";
import type { SqlEngine } from "../sql/engine.ts";
import { problemBox } from "./problem.ts";

const SHOWN = 200;

/** SQL over the rows chosen. DuckDB is loaded when it is first asked something. */
export function sqlView(app: App): HTMLElement {
  const text = el("textarea", {
    id: "sql",
    rows: 5,
    spellcheck: "false",
    "aria-label": "SQL over the rows chosen",
    onkeydown: (event: KeyboardEvent) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void run();
    },
  });
  const go = el("button", { type: "button", class: "first", onclick: () => void run() }, "Run");
  const status = el(
    "p",
    { class: "soft", role: "status" },
    "DuckDB is loaded when it is first asked: 34 MB, from this page's own server.",
  );
  const result = el("div", {});
  let engine: Promise<SqlEngine> | undefined;
  let running = false;
  const run = async (): Promise<void> => {
    const { table } = app.state;
    if (!table || running) return;
    go.disabled = running = true;
    try {
      const started = performance.now();
      if (!engine) fill(status, "Loading DuckDB …");
      engine ??= import("../sql/engine.ts").then(({ SqlEngine }) => SqlEngine.start());
      const duckdb = await engine.catch((error: unknown) => {
        engine = undefined;
        throw error;
      });
      fill(status, "Reading the rows chosen …");
      const name = tableName(app.state);
      if (!duckdb.has(table, app.where)) {
        await app.readFor("SQL", () => duckdb.attach(name, table, app.where));
      }
      fill(status, "Running …");
      const batches = await duckdb.query(text.value);
      const ms = Math.round(performance.now() - started);
      const count = batches.reduce((sum, batch) => sum + batch.numRows, 0);
      fill(
        status,
        `${plural(count, "row")} · ${formatCount(ms)} ms${count > SHOWN ? ` · the first ${SHOWN} are shown` : ""}`,
      );
      fill(result, batches[0] ? resultTable(batches) : el("p", { class: "empty" }, "No rows."));
    } catch (problem) {
      if (problem instanceof Error && problem.name === "BrokenEngine") engine = undefined;
      fill(status);
      fill(result, problemBox(problem));
    } finally {
      running = false;
      go.disabled = !app.state.table;
    }
  };
  app.onChange((state, before) => {
    if (state.table && state.lake !== before.lake) text.value = firstQuery(state);
    go.disabled = running || !state.table;
  });
  return el(
    "div",
    { class: "card sql" },
    text,
    el("div", { class: "actions" }, go, status),
    result,
  );
}

function resultTable(batches: Awaited<ReturnType<SqlEngine["query"]>>): HTMLElement {
  const { fields } = fromArrowSchema("result", batches[0]!.schema);
  const rows: string[][] = [];
  for (const batch of batches) {
    if (rows.length >= SHOWN) break;
    const some = toRows(batch.slice(0, SHOWN - rows.length));
    rows.push(
      ...some.map((row) => fields.map(({ name, column }) => formatValue(row[name], column.type))),
    );
  }
  const columns = fields.map(({ name, column }) => ({ name, number: isNumber(column.type) }));
  return textTable("Result of the query", columns, rows);
}

function firstQuery(state: State): string {
  const { measure, group } = state.question;
  const what = [
    group && quoted(group),
    "count(*) AS rows",
    measure && `sum(${quoted(measure)}) AS total`,
  ].filter((part) => part);
  const by = group ? `\nGROUP BY ${quoted(group)}\nORDER BY rows DESC` : "";
  return `SELECT ${what.join(", ")}\nFROM ${quoted(tableName(state))}${by}`;
}

function tableName({ lake }: State): string {
  return /^[a-z]\w*$/i.test(lake?.title ?? "") ? lake!.title : "rows_chosen";
}

function quoted(name: string): string {
  return /^[a-z_]\w*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const reserved = new Set([
  "group",
  "order",
  "table",
  "select",
  "from",
  "where",
  "column",
  "desc",
  "end",
]);
