import type { SqlSession } from "@lakewright/sql";
import { assertKnown } from "../../options.ts";
import { assertProject } from "../given.ts";
import { compileModel } from "../compile.ts";
import { columnLineageOn } from "../lineage/columns.ts";
import type { ModelsRun } from "../outcome.ts";
import { neutralTarget, type Project } from "../project.ts";
import { graphSvg } from "./graph.ts";
import { html, Html } from "./html.ts";
import { pageNodes } from "./nodes.ts";
import { SCRIPT } from "./script.ts";
import { section } from "./section.ts";
import { STYLE } from "./style.ts";

/** What the page shows besides the models. */
export interface ModelsPageOptions {
  /** Runs, the latest last: how each model and test ended. */
  readonly runs?: ModelsRun | readonly ModelsRun[] | undefined;
  /** Default "Models". */
  readonly title?: string | undefined;
  /** A DuckDB that parses SQL written by hand, for the lineage of its columns. Default none: it is then not shown. */
  readonly parser?: SqlSession | undefined;
}

/**
 * A page about a project as one HTML file that asks for nothing else: the graph, and for every table its description,
 * columns and where they come from, SQL, tests and last results.
 */
export async function modelsPage(
  project: Project,
  options: ModelsPageOptions = {},
): Promise<string> {
  assertKnown("modelsPage", options, ["runs", "title", "parser"]);
  assertProject("modelsPage", project);
  const { title = "Models", parser, runs = [] } = options;
  const all = "models" in runs ? [runs] : runs;
  const nodes = pageNodes(project, all);
  const target = neutralTarget();
  const sections = [];
  for (const [number, { relation }] of nodes.entries()) {
    const isModel = relation.kind === "model";
    const lineage = isModel ? await columnLineageOn(target, relation, parser) : undefined;
    const sql = isModel ? compileModel(relation, target).text : undefined;
    sections.push(section({ nodes, number, lineage, sql }));
  }
  // Models are what one comes for; what they read stands below.
  const sources = nodes.filter((node) => node.kind === "source").length;
  const ordered = [...sections.slice(sources), ...sections.slice(0, sources)];
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
        />
        <link rel="icon" href="data:," />
        <title>${title}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          <p class="dim">
            ${project.models.length} models, ${sources} tables they read.${lastRun(all)}
          </p>
          <div class="picture" tabindex="0" role="region" aria-label="Graph">
            ${graphSvg(nodes)}
          </div>
          <label>Tables whose name has <input type="search" autocomplete="off" /></label>
          ${ordered}
        </main>
        <script>
          ${new Html(SCRIPT)};
        </script>
      </body>
    </html> `;
  return page.text;
}

function lastRun(runs: readonly ModelsRun[]): string {
  const last = runs.at(-1);
  if (last === undefined) return "";
  const failed = last.models.filter((model) => model.status !== "success").length;
  const verdict = failed === 0 ? "all succeeded" : `${failed} did not succeed`;
  return ` Last run ${last.at.toISOString()}: ${last.models.length} models, ${verdict}.`;
}
