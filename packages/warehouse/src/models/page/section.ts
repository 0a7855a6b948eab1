import { describeType } from "@lakewright/core";
import type { ColumnUse } from "../build/expr.ts";
import { isDirect } from "../lineage/event.ts";
import type { ColumnLineage } from "../lineage/columns.ts";
import type { TestResult } from "../outcome.ts";
import { relationTable } from "../relation.ts";
import { type Html, html } from "./html.ts";
import type { PageNode } from "./nodes.ts";

interface SectionInput {
  readonly nodes: readonly PageNode[];
  readonly number: number;
  readonly lineage: ColumnLineage | undefined;
  readonly sql: string | undefined;
}

/** All there is to say of one table. */
export function section(input: SectionInput): Html {
  const { nodes, number, sql } = input;
  const node = nodes[number]!;
  const { relation, run } = node;
  const description = "description" in relation ? relation.description : undefined;
  const tags = "tags" in relation ? relation.tags : [];
  const grain = relation.kind === "model" ? relation.grain : [];
  return html`<section id="n${number}" class="table" data-name="${node.name.toLowerCase()}">
    <h2>
      ${node.name}
      <span class="kind">${node.what}</span
      >${tags.map((tag) => html` <span class="tag">${tag}</span>`)}
    </h2>
    ${description === undefined ? "" : html`<p>${description}</p>`}
    ${grain.length === 0 ? "" : html`<p class="dim">One row for each ${grain.join(", ")}.</p>`}
    ${run === undefined ? "" : runLine(node)}
    <p class="links">
      ${links("Reads", node.parents, nodes)}${links("Read by", node.children, nodes)}
    </p>
    ${columnsTable(input)} ${testsTable(node)}
    ${
      sql === undefined
        ? ""
        : html`<details>
            <summary>SQL</summary>
            <pre tabindex="0">${sql}</pre>
          </details>`
    }
  </section> `;
}

function runLine({ run }: PageNode): Html {
  const { status, rows, written, ms, error, reason } = run!;
  const numbers =
    rows === undefined ? "" : `, ${count(rows)} rows, ${count(written ?? 0)} of them written`;
  const message = error instanceof Error ? error.message : error === undefined ? "" : String(error);
  const why = reason ?? message;
  const tone = status === "success" ? "good" : status === "failed" ? "bad" : "warn";
  return html`<p class="${tone}">
    Last run: ${status}${numbers}, ${count(ms)}
    ms.${why === "" ? "" : html` <span class="why">${why}</span>`}
  </p>`;
}

function links(label: string, numbers: readonly number[], nodes: readonly PageNode[]): Html {
  if (numbers.length === 0) return html``;
  const list = numbers.map(
    (k, at) => html`${at === 0 ? "" : ", "}<a href="#n${k}">${nodes[k]!.name}</a>`,
  );
  return html`<span><span class="dim">${label}</span> ${list}</span> `;
}

function columnsTable({ nodes, number, lineage }: SectionInput): Html {
  const { relation } = nodes[number]!;
  const docs = relation.kind === "model" ? relation.docs : {};
  const isDocumented = Object.keys(docs).length > 0;
  const rows = relationTable(relation).fields.map(({ name, column }, k) => {
    const uses = lineage?.columns.get(name) ?? [];
    const type = `${describeType(column.type)}${column.nullable ? ", or null" : ""}`;
    return html`<tr id="n${number}c${k}" data-uses="${targets(uses, nodes).join(" ")}">
      <th scope="row">
        ${uses.length === 0 ? name : html`<button type="button" class="column" aria-pressed="false">${name}</button>`}
      </th>
      <td data-label="Type">${type}</td>
      ${isDocumented ? html`<td data-label="Meaning">${docs[name] ?? ""}</td>` : ""}
      <td data-label="From">${origins(uses, nodes)}</td>
    </tr> `;
  });
  const note =
    relation.kind === "model" && lineage === undefined
      ? html`<p class="dim">The lineage of its columns is not known: the SQL was not parsed.</p>`
      : "";
  return html`<table>
      <caption>
        Columns
      </caption>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">Type</th>
          ${isDocumented ? html`<th scope="col">Meaning</th>` : ""}
          <th scope="col">From</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
    ${note}`;
}

/** Ids of the rows of the columns. */
function targets(uses: readonly ColumnUse[], nodes: readonly PageNode[]): string[] {
  return [...new Set(uses.map((use) => idOf(use, nodes)))];
}

function idOf(use: ColumnUse, nodes: readonly PageNode[]): string {
  const node = nodes.findIndex((of) => of.relation === use.relation);
  return `n${node}c${nodes[node]?.columns.indexOf(use.column) ?? -1}`;
}

function origins(uses: readonly ColumnUse[], nodes: readonly PageNode[]): Html[] {
  return uses.map((use, k) => {
    const how = use.use === "IDENTITY" ? "" : ` (${use.use.toLowerCase().replace("_", " ")})`;
    const tone = isDirect(use.use) ? "" : "dim";
    return html`${k === 0 ? "" : ", "}<a class="${tone}" href="#${idOf(use, nodes)}"
        >${use.relation.name}.${use.column}</a
      ><span class="dim">${how}</span>`;
  });
}

function testsTable({ relation, run }: PageNode): Html {
  if (relation.kind !== "model" || relation.tests.length === 0) return html``;
  const rows = relation.tests.map((test) => {
    const result = run?.tests.find((of) => of.name === test.name && of.kind === test.kind);
    return html`<tr>
      <th scope="row">${test.name}</th>
      <td data-label="Severity">${test.severity}</td>
      <td data-label="Last result">${verdict(result)}</td>
    </tr> `;
  });
  return html`<table>
    <caption>
      Tests
    </caption>
    <thead>
      <tr>
        <th scope="col">Test</th>
        <th scope="col">Severity</th>
        <th scope="col">Last result</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function verdict(result: TestResult | undefined): Html {
  if (result === undefined) return html`<span class="dim">not run</span>`;
  if (result.status === "pass") return html`<span class="good">✓ passed</span>`;
  const tone = result.status === "fail" ? "bad" : "warn";
  const rows = result.sample.map((row) => html`<li>${rowText(row)}</li>`);
  return html`<span class="${tone}"
      >✗ ${result.status === "fail" ? "failed" : "warned"}: ${count(result.failures)}</span
    >${
      rows.length === 0
        ? ""
        : html`<ul class="sample">
            ${rows}
          </ul>`
    }`;
}

function rowText(row: Readonly<Record<string, unknown>>): string {
  return Object.entries(row)
    .map(([name, value]) => `${name} ${value === null ? "null" : String(value)}`)
    .join(" · ");
}

/** 12,345. */
function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ",");
}
