import { toRows } from "@lakewright/core";
import type { LakeTable, Where } from "@lakewright/lake";
import type { App, State } from "../app.ts";
import { el, fill, textTable } from "../dom.ts";
import { formatValue, isNumber } from "../format.ts";
import { problemBox } from "./problem.ts";
import { isShown } from "./tabs.ts";

const SHOWN = 100;

/** The first rows, with all their columns. Read when they are looked at. */
export function rowsView(app: App): HTMLElement {
  const content = el("div", { class: "card" });
  let shownFor: State["summary"];
  const show = async (): Promise<void> => {
    const { table, summary, lake } = app.state;
    if (!table || !lake || !summary || summary === shownFor || !isShown(content)) return;
    shownFor = summary;
    fill(content, el("p", { class: "empty" }, "Reading …"));
    try {
      const rows = await app.readFor("rows", () => firstRows(table, app.where));
      if (shownFor !== summary) return;
      const columns = table.table.fields.map(({ name, column }) => ({
        name,
        type: column.type,
        number: isNumber(column.type),
      }));
      const texts = rows
        .slice(0, SHOWN)
        .map((row) => columns.map(({ name, type }) => formatValue(row[name], type)));
      fill(
        content,
        rows.length === 0
          ? el("p", { class: "empty" }, "No row is like that.")
          : textTable(`The first ${texts.length} rows`, columns, texts),
      );
    } catch (problem) {
      fill(content, problemBox(problem));
    }
  };
  content.addEventListener("shown", () => void show());
  app.onChange(({ summary, lake }, before) => {
    if (lake !== before.lake) fill(content);
    if (summary !== before.summary) void show();
  });
  return content;
}

async function firstRows(
  table: LakeTable,
  where: Where | undefined,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for await (const batch of table.scan({ where, batchRows: SHOWN })) {
    rows.push(...toRows(batch));
    if (rows.length >= SHOWN) break;
  }
  return rows;
}
