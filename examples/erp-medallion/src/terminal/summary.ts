import type { Summary } from "../summary.ts";
import type { OutputFolder } from "../state/run-state.ts";
import { count } from "@lakewright/example-report-kit";

const sum = (rows: Readonly<Record<string, number>>): number =>
  Object.values(rows).reduce((total, n) => total + n, 0);

/** The end of a run: rows by layer, what reconciles, what it took, and where everything is. */
export function summaryLines(summary: Summary, folder: OutputFolder): string[] {
  const { bronze, silver, gold, balances, steps } = summary;
  const layers: [string, number, string][] = [
    ["source", bronze.rows, `${bronze.tables} tables, day ${summary.day}`],
    [
      "= bronze",
      bronze.rows,
      `current rows; ${count(bronze.inserted)} new, ${count(bronze.changed)} changed, ${count(bronze.deleted)} deleted on the day`,
    ],
    [
      "silver",
      sum(silver),
      Object.entries(silver)
        .map(([name, n]) => `${name} ${count(n)}`)
        .join(", "),
    ],
    [
      "gold",
      sum(gold),
      Object.entries(gold)
        .map(([name, n]) => `${name} ${count(n)}`)
        .join(", "),
    ],
  ];
  return [
    "",
    `Day ${summary.day} on ${summary.engine}`,
    ...layers.map(
      ([name, rows, more]) => `  ${name.padEnd(10)} ${count(rows).padStart(9)}   ${more}`,
    ),
    "",
    "  gold = source",
    ...balances.map(({ name, gold: value }) => `  ${name.padEnd(14)} ${value.padStart(16)}`),
    "",
    ...steps.map(
      ({ step, day, seconds, cpuSeconds, maxMemoryMb }) =>
        `  day ${day} ${step.padEnd(10)} ${cpuSeconds.toFixed(1).padStart(6)} s of CPU ${seconds.toFixed(1).padStart(7)} s ${count(maxMemoryMb).padStart(6)} MB`,
    ),
    ...summary.notes.map((note) => `  · ${note}`),
    "",
    `  dashboard  ${folder.dashboard}`,
    `  bronze     ${folder.bronze}`,
    `  summary    ${folder.summary}`,
    "",
    `  ${summary.seconds.toFixed(1)} s, ${summary.cpuSeconds.toFixed(1)} s of CPU, ${count(summary.maxMemoryMb)} MB at most`,
  ];
}
