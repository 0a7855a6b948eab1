import { type Html, html, name, num, section, table } from "@lakewright/example-report-kit";
import type { TableFacts } from "../model.ts";

/** What now lies in the lake and the warehouse. */
export function tablesSection(tables: readonly TableFacts[], snapshot: number): Html {
  const of = (place: TableFacts["place"], caption: string): Html =>
    html`<figure>
      ${table(
        caption,
        tables.filter((one) => one.place === place),
        [
          { title: "table", cell: (row) => name(row.name) },
          {
            title: "rows",
            numeric: true,
            cell: (row) => num(`table.${row.place}.${row.name}`, row.rows),
          },
        ],
      )}
    </figure>`;
  return section(
    "tables",
    "What lies where",
    html`Delta tables in folders, which any engine reads; and a star schema in DuckDB. The summaries
    are of snapshot ${num("snapshot", snapshot)}.`,
    html`<div class="grid">${of("lake", "Lake")}${of("warehouse", "Warehouse")}</div>`,
  );
}
