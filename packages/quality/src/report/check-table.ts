import type { CheckResult } from "../run/result.ts";
import { passedShare } from "../run/score.ts";
import { type Html, html } from "./escape.ts";
import { grouped, percentage } from "./numbers.ts";

const ORDER: readonly string[] = ["error", "warn", "info"];

/** All checks, those that failed first. */
export function checkTable(results: readonly CheckResult[]): Html {
  const sorted = [...results].sort(
    (a, b) =>
      Number(a.passed) - Number(b.passed) || ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity),
  );
  return html`<table aria-labelledby="checks">
    <thead>
      <tr>
        <th scope="col">Check</th>
        <th scope="col">Result</th>
        <th scope="col">Expected</th>
        <th scope="col" class="number">Judged</th>
        <th scope="col" class="number">Failed</th>
        <th scope="col" class="number">Null</th>
      </tr>
    </thead>
    <tbody>
      ${sorted.map(row)}
    </tbody>
  </table>`;
}

function row(result: CheckResult): Html {
  return html`<tr>
    <th scope="row"><code>${result.id}</code></th>
    <td><span class="${tone(result)}">${label(result)}${bar(result)}</span></td>
    <td data-label="Expected">${result.threshold}</td>
    <td data-label="Judged" class="number">${grouped(result.evaluated)}</td>
    <td data-label="Failed" class="number">${grouped(result.failed)}</td>
    <td data-label="Null" class="number">${grouped(result.nulls)}</td>
  </tr> `;
}

/** The class that colours a result. */
export function tone(result: CheckResult): string {
  if (result.passed) return "good";
  return result.severity === "error" ? "bad" : "warn";
}

function label(result: CheckResult): string {
  if (result.skipped !== undefined) return `– not run: ${result.skipped}`;
  const mark = result.passed
    ? "✓"
    : result.severity === "error"
      ? "✗ failed,"
      : `! ${result.severity},`;
  return `${mark} ${observed(result)}`;
}

function observed(result: CheckResult): string {
  if (judgesRows(result)) {
    return result.evaluated === 0 ? "nothing to judge" : `${percentage(passedShare(result))} pass`;
  }
  if (result.observed === null) return "no value";
  if (typeof result.observed === "string") return result.observed;
  const number = grouped(result.observed);
  return result.check === "freshness" ? `${number} hours old` : number;
}

/** The share that passed beside the share that did not, of which a sliver is always seen. */
function bar(result: CheckResult): Html | undefined {
  if (!judgesRows(result) || result.skipped !== undefined || result.evaluated === 0) {
    return undefined;
  }
  const share = passedShare(result);
  const width = share === 1 ? 100 : Math.min(share * 100, 98);
  return html`<span class="bar ${tone(result)}" aria-hidden="true"
    ><i style="width:${width.toFixed(2)}%"></i
  ></span>`;
}

const SUMMARIES: ReadonlySet<string> = new Set([
  "mean",
  "sum",
  "stddev",
  "distinctCount",
  "freshness",
  "rowCount",
  "schema",
]);

function judgesRows(result: CheckResult): boolean {
  return !SUMMARIES.has(result.check);
}
