import type { QualityRun } from "../run/quality-run.ts";
import type { CheckResult } from "../run/result.ts";
import { checkTable } from "./check-table.ts";
import { type Html, html, Html as Markup } from "./escape.ts";
import { failureLists } from "./failure-lists.ts";
import { grouped, percentage } from "./numbers.ts";
import { STYLE } from "./style.ts";

/** The run as one HTML file. It renders what the JSON report has, and nothing else. */
export function htmlReport(run: QualityRun): string {
  const report = run.toJson();
  const title = `Data quality of ${report.contract}`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title}</title>
        <style>
          ${new Markup(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <header>
            ${gauge(report.score, run.passed)}
            <div>
              <h1>${title}</h1>
              <p class="verdict ${run.passed ? "good" : "bad"}">
                ${verdict(run.results, run.passed)}
              </p>
              <p class="dim">
                ${grouped(report.rows)} rows of <code>${report.table}</code>, checked
                ${executor(report.executor)} as of
                <time datetime="${report.now}">${report.now}</time>
              </p>
            </div>
          </header>
          <h2 id="checks">Checks</h2>
          ${checkTable(run.results)} ${failureLists(run)}
        </main>
      </body>
    </html> `.text;
}

function verdict(results: readonly CheckResult[], passed: boolean): string {
  const failed = results.filter((result) => !result.passed && result.severity === "error").length;
  const noted = results.filter((result) => !result.passed && result.severity !== "error").length;
  const notes = noted === 0 ? "" : `, ${count(noted, "warning")}`;
  return passed
    ? `✓ Passed: ${count(results.length, "check")}${notes}`
    : `✗ Failed: ${failed} of ${count(results.length, "check")}${notes}`;
}

function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function executor(name: string): string {
  return name === "batches" ? "in batches" : `on ${name}`;
}

const RADIUS = 42;
const CIRCUMFERENCE = 2 * Math.PI * RADIUS;

/** The score as a ring. */
function gauge(score: number, passed: boolean): Html {
  const length = (score * CIRCUMFERENCE).toFixed(2);
  const shown = percentage(score);
  return html`<svg
    class="gauge ${passed ? "good" : "bad"}"
    viewBox="0 0 100 100"
    role="img"
    aria-label="Score ${shown}"
  >
    <circle cx="50" cy="50" r="${RADIUS}" fill="none" stroke="var(--track)" stroke-width="9" />
    <circle
      cx="50"
      cy="50"
      r="${RADIUS}"
      fill="none"
      stroke="currentColor"
      stroke-width="9"
      stroke-linecap="round"
      stroke-dasharray="${length} ${CIRCUMFERENCE.toFixed(2)}"
      transform="rotate(-90 50 50)"
    />
    <text x="50" y="54">${shown.replace(" %", "")}</text>
    <text class="dim" x="50" y="69">score</text>
  </svg>`;
}
