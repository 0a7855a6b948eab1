import type { QualityRun } from "../run/quality-run.ts";
import type { CheckResult } from "../run/result.ts";
import { type Html, html } from "./escape.ts";
import type { ReportedFailure } from "./json.ts";
import { grouped } from "./numbers.ts";
import { tone } from "./check-table.ts";

/** Failing rows shown of a check; the JSON report has all that were kept. */
const SHOWN = 50;

/** The failing rows by check. */
export function failureLists(run: QualityRun): Html | undefined {
  const byCheck = Map.groupBy(run.toJson().failures, (failure) => failure.check);
  if (byCheck.size === 0) return undefined;
  const lists = run.results.flatMap((result) => {
    const failures = byCheck.get(result.id);
    return failures ? [list(result, failures)] : [];
  });
  return html`<h2>Failing rows</h2>
    ${lists}`;
}

function list(result: CheckResult, failures: readonly ReportedFailure[]): Html {
  const shown = failures.slice(0, SHOWN);
  const part = shown.length < result.failed ? `, ${grouped(shown.length)} shown` : "";
  return html`<details>
    <summary>
      <code>${result.id}</code>
      <span class="${tone(result)}">${grouped(result.failed)} failing${part}</span>
    </summary>
    <table>
      <thead>
        <tr>
          <th scope="col">Row</th>
          <th scope="col">Reason</th>
        </tr>
      </thead>
      <tbody>
        ${shown.map(failing)}
      </tbody>
    </table>
  </details> `;
}

function failing(failure: ReportedFailure): Html {
  return html`<tr>
    <th scope="row">${place(failure)}</th>
    <td>${failure.reason}</td>
  </tr> `;
}

/** What a row is known by: its key, and its position where it has one. */
function place({ key, row }: ReportedFailure): string {
  const names = Object.entries(key).map(([name, value]) => `${name} ${String(value)}`);
  return [...names, ...(row === null ? [] : [`row ${grouped(row)}`])].join(", ") || "–";
}
