import { describeType } from "@lakewright/core";
import type { App } from "../app.ts";
import { el, fill, textTable } from "../dom.ts";

/** The columns of the version chosen, and what the table asks of its readers. */
export function schemaView(app: App): HTMLElement {
  const content = el("div", { class: "card" });
  app.onChange(({ table }, before) => {
    if (table === before.table && table) return;
    if (!table) return fill(content, el("p", { class: "empty" }, "No table is open."));
    const partitions = new Set(table.partitionBy);
    const rows = table.table.fields.map(({ name, column }) => [
      name,
      describeType(column.type),
      column.nullable ? "may be null" : "",
      partitions.has(name) ? "partition" : "",
    ]);
    const { minReaderVersion, minWriterVersion, readerFeatures = [] } = table.protocol;
    fill(
      content,
      textTable(
        "Columns",
        [{ name: "column" }, { name: "type" }, { name: "nulls" }, { name: "stored as" }],
        rows,
      ),
      el(
        "p",
        { class: "soft small" },
        `Reader version ${minReaderVersion}, writer version ${minWriterVersion}${readerFeatures.length > 0 ? `; ${readerFeatures.join(", ")}` : ""}.`,
      ),
    );
  });
  return content;
}
