import { figure, type Html, html, name, section, table } from "@lakewright/example-report-kit";
import { gold } from "../../gold/project.ts";

/** What each table of gold is made of. */
export function lineageSection(models: string | undefined): Html {
  const reads = gold.models.map((model) => ({
    model,
    reads: [...new Set((gold.reads.get(model) ?? []).map((relation) => relation.name))],
  }));
  return section(
    "lineage",
    "Where the numbers come from",
    models === undefined
      ? "The tables of gold, and what they read."
      : html`The tables of gold, and what they read.
          <a href="${models}">The page of the models</a> has every column and formula.`,
    figure(
      undefined,
      table("Tables of gold", reads, [
        { title: "Table", cell: ({ model }) => name(model.name) },
        { title: "What it is", cell: ({ model }) => model.description },
        {
          title: "Reads",
          cell: ({ reads: names }) => names.map((of) => html`<span class="reason">${of}</span>`),
        },
      ]),
    ),
  );
}
