import type { WriteResult } from "@lakewright/lake";
import type { App } from "../app.ts";
import { el, fill, textTable } from "../dom.ts";
import { formatBytes, formatCount, plural } from "../format.ts";
import { browserTable, forgetTable, keptTables } from "../lake/sources.ts";
import { problemBox } from "./problem.ts";

/** Tables in the browser's own file system: rows chosen and CSV files go in, archives come out. */
export function keepView(app: App): HTMLElement {
  const name = el("input", {
    id: "keep-name",
    value: "my_sales",
    required: true,
    pattern: "[a-z][a-z0-9_]*",
    autocomplete: "off",
    spellcheck: "false",
  });
  const keep = el("button", { type: "submit", class: "first" }, "Keep the rows chosen");
  const csv = el("input", {
    type: "file",
    accept: ".csv,.tsv,.txt,.gz,text/csv",
    class: "unseen",
    id: "csv",
    tabindex: -1,
    onchange: () => void importCsv(),
  });
  const status = el("p", { class: "soft", role: "status" });
  const list = el("div", {});

  const run = async (what: string, work: () => Promise<string>): Promise<void> => {
    keep.disabled = true;
    fill(status, what);
    try {
      fill(status, await work());
    } catch (problem) {
      fill(status, problemBox(problem));
    } finally {
      keep.disabled = false;
      await draw();
    }
  };
  const keepChosen = (): Promise<void> =>
    run("Writing …", async () => {
      const { table } = app.state;
      if (!table) return "No table is open.";
      const { keepRows } = await import("../keep/kept.ts");
      const kept = name.value;
      const write = (): Promise<WriteResult> => keepRows(kept, table, app.where);
      return told(kept, await app.readFor("keeping", write));
    });
  const importCsv = (): Promise<void> =>
    run("Reading the file …", async () => {
      const file = csv.files?.[0];
      csv.value = "";
      if (!file) return "";
      const { asTableName, freeName, keepCsv } = await import("../keep/kept.ts");
      const free = await freeName(asTableName(file.name));
      return told(free, await keepCsv(free, file));
    });
  const download = (table: string): Promise<void> =>
    run("Packing …", async () => {
      const { tarOfTable } = await import("../keep/kept.ts");
      const archive = await tarOfTable(table);
      save(archive, `${table}.tar`);
      return `${table}.tar, ${formatBytes(archive.size)}: unpacked, it is a Delta table for any reader.`;
    });
  const draw = async (): Promise<void> => {
    try {
      const tables = await keptTables();
      const rows = tables.map(({ name: table, bytes, files }) => [
        table,
        formatCount(files),
        formatBytes(bytes),
        el(
          "span",
          { class: "actions" },
          el(
            "button",
            {
              type: "button",
              "data-open": table,
              onclick: () => void app.open(browserTable(table)),
            },
            "Open",
          ),
          el(
            "button",
            { type: "button", "data-download": table, onclick: () => void download(table) },
            "Download",
          ),
          el(
            "button",
            {
              type: "button",
              onclick: () =>
                void run("", async () => (await forgetTable(table), `${table} is gone.`)),
            },
            "Delete",
          ),
        ),
      ]);
      const columns = [
        { name: "table" },
        { name: "files", number: true },
        { name: "size", number: true },
        { name: "" },
      ];
      fill(
        list,
        rows.length > 0
          ? textTable("Tables kept in this browser", columns, rows)
          : el("p", { class: "empty" }, "Nothing is kept in this browser yet."),
      );
    } catch (problem) {
      fill(list, problemBox(problem));
    }
  };
  const content = el(
    "div",
    { class: "card" },
    el(
      "p",
      { class: "soft" },
      "Rows chosen above, or a CSV file, become a Delta table in this browser's own file system. What is kept under a name that is there already is appended to it, as a new version.",
    ),
    el(
      "form",
      { class: "actions", onsubmit: (event: Event) => (event.preventDefault(), void keepChosen()) },
      el("label", {}, el("span", {}, "Name"), name),
      keep,
      el("button", { type: "button", onclick: () => csv.click() }, "Import a CSV file…"),
      csv,
    ),
    status,
    list,
  );
  content.addEventListener("shown", () => void draw());
  return content;
}

function told(name: string, { version, rows, files, bytes }: WriteResult): string {
  return `${name}, version ${version}: ${plural(rows, "row")} in ${plural(files, "file")}, ${formatBytes(bytes)}.`;
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = el("a", { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
