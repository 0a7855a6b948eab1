import type { OutputFolder } from "../state/output-folder.ts";
import type { Summary } from "../summary.ts";
import { count } from "@lakewright/example-report-kit";

/** The end of a run: what became of the records, and where everything is. */
export function summaryLines(
  summary: Summary,
  folder: OutputFolder,
  warehouse: string | undefined,
): string[] {
  const by = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .map(([name, n]) => `${name} ${count(n)}`)
      .join(", ");
  const rows: [string, string, string][] = [
    ["read", count(summary.read), ""],
    ["= loaded", count(summary.loaded), ""],
    ["+ quarantined", count(summary.quarantined), by(summary.quarantinedBy)],
    ["+ dropped", count(summary.dropped), by(summary.droppedBy)],
    ...Object.entries(summary.amounts).map(([currency, total]): [string, string, string] => [
      currency,
      amount(total),
      "",
    ]),
    [
      "users",
      count(summary.users),
      summary.people === undefined ? "" : `${count(summary.people)} people`,
    ],
    ["anomalies", count(summary.anomalies), ""],
    ["outages", count(summary.outages), ""],
  ];
  const widest = Math.max(...rows.map(([, value]) => value.length));
  return [
    "",
    summary.name,
    ...rows.map(
      ([name, value, more]) =>
        `  ${name.padEnd(14)} ${value.padStart(widest)}${more === "" ? "" : `   ${more}`}`,
    ),
    "",
    ...(summary.notes.length === 0 ? [] : [...summary.notes.map((note) => `  · ${note}`), ""]),
    `  report     ${folder.report}`,
    `  summary    ${folder.summary}`,
    `  lake       ${folder.lake}`,
    `  warehouse  ${warehouse === undefined ? folder.warehouse : withoutPassword(warehouse)}`,
    "",
    `  ${summary.seconds.toFixed(1)} s, ${summary.cpuSeconds.toFixed(1)} s of CPU, ${count(summary.maxMemoryMb)} MB at most`,
  ];
}

function withoutPassword(url: string): string {
  const shown = new URL(url);
  shown.password = "";
  return shown.href;
}

function amount(text: string): string {
  const [whole = "", fraction = ""] = text.split(".");
  return `${whole.replace(/\B(?=(\d{3})+$)/g, ",")}.${fraction}`;
}
