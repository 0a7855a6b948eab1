import type { App } from "../app.ts";
import { el, fill } from "../dom.ts";
import { everything, type Filter, numberColumns, textColumns, timeColumn } from "../lake/filter.ts";

/** The rows wanted, and what is asked about them. */
export function filterView(app: App): HTMLElement {
  const from = el("input", { type: "date", id: "from", onchange: () => apply() });
  const to = el("input", { type: "date", id: "to", onchange: () => apply() });
  const column = el("select", { id: "column", onchange: () => (value.value = "") });
  const value = el("input", {
    id: "value",
    list: "values",
    placeholder: "any",
    autocomplete: "off",
    onchange: () => apply(),
  });
  const values = el("datalist", { id: "values" });
  const measure = el("select", { id: "measure", onchange: () => ask() });
  const group = el("select", { id: "group", onchange: () => ask() });
  const read = (): Filter => ({
    from: from.value,
    to: to.value,
    column: column.value,
    value: value.value.trim(),
  });
  const apply = (): void => void app.ask({ filter: read() });
  const ask = (): void =>
    void app.ask({ question: { measure: measure.value, group: group.value } });
  const clear = el(
    "button",
    { type: "button", onclick: () => void app.ask({ filter: everything }) },
    "All rows",
  );
  const range = el("fieldset", {}, labelled("From", from), labelled("to", to));
  app.onChange(({ table, filter, question, summary }, before) => {
    if (table && table !== before.table) {
      range.disabled = timeColumn(table.table) === undefined;
      options(column, textColumns(table.table), filter.column);
      options(measure, ["", ...numberColumns(table.table)], question.measure, "rows");
      options(group, ["", ...textColumns(table.table)], question.group, "nothing");
    }
    if (filter !== before.filter) {
      [from.value, to.value, value.value] = [filter.from, filter.to, filter.value];
      if (filter.column) column.value = filter.column;
    }
    if (question !== before.question)
      [measure.value, group.value] = [question.measure, question.group];
    if (summary !== before.summary && column.value === question.group) {
      fill(values, ...(summary?.groups ?? []).map(({ name }) => el("option", { value: name })));
    }
    clear.disabled = filter === everything;
  });
  return el(
    "form",
    {
      class: "filter card",
      "aria-label": "Rows",
      onsubmit: (event: Event) => (event.preventDefault(), apply()),
    },
    range,
    el("fieldset", {}, labelled("where", column), labelled("is", value), values),
    el("fieldset", {}, labelled("Sum of", measure), labelled("by", group)),
    clear,
  );
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  return el("label", {}, el("span", {}, text), control);
}

function options(
  select: HTMLSelectElement,
  names: readonly string[],
  chosen: string,
  none = "",
): void {
  fill(select, ...names.map((name) => el("option", { value: name }, name || none)));
  select.value = names.includes(chosen) ? chosen : (names[0] ?? "");
}
