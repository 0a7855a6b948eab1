import {
  columnChart,
  figure,
  type Html,
  html,
  num,
  section,
  table,
} from "@lakewright/example-report-kit";
import { formatMicros } from "@lakewright/core";
import type { Hour, Outage, OutageResult } from "../../models/outages.ts";
import type { PlantedFacts, VolumeFacts } from "../model.ts";
import { plantedNote } from "./planted.ts";

const HOUR_US = 3_600_000_000n;

/** Transactions over time, and the hours in which they stayed away. */
export function volumeSection(
  volume: VolumeFacts,
  outages: OutageResult | undefined,
  planted: PlantedFacts | undefined,
): Html {
  const { unit, bins, byHour, first, last } = volume;
  const starts = new Set(
    (outages?.outages ?? []).map(({ from }) => formatMicros(from).slice(0, 10)),
  );
  return section(
    "volume",
    "Volume",
    html`Transactions from ${day("first", first)} to ${day("last", last)}.`,
    html`<div class="grid">
        ${figure(
          `Transactions a ${unit}`,
          columnChart(
            bins.map(({ start, count }) => ({
              key: `volume.${start}`,
              value: count,
              title: `${start}: ${count}`,
              colour: unit === "day" && starts.has(start) ? "red" : undefined,
            })),
            { title: `Transactions a ${unit}`, labels: everyMonth(bins.map(({ start }) => start)) },
          ),
          starts.size > 0 && unit === "day" ? "Days with an outage are red." : undefined,
        )}
        ${
          byHour === undefined
            ? ""
            : figure(
                "By hour of the day, UTC",
                columnChart(
                  byHour.map((count, hour) => ({
                    key: `hour.${hour}`,
                    value: count,
                    title: `${hour}:00: ${count}`,
                  })),
                  {
                    title: "Transactions by hour of the day",
                    colour: "violet",
                    labels: new Map([0, 6, 12, 18].map((hour) => [hour, `${hour}:00`])),
                  },
                ),
              )
        }
      </div>
      ${outages === undefined || outages.outages.length === 0 ? "" : outageFigures(outages, planted)}`,
  );
}

function outageFigures({ hours, outages }: OutageResult, planted: PlantedFacts | undefined): Html {
  const worst = outages.reduce((a, b) => (b.expected - b.seen > a.expected - a.seen ? b : a));
  return html`<div class="grid">
    <figure>
      ${table("Outages", outages, [
        { title: "from (UTC)", cell: ({ from }) => instant(`outage.${from}.from`, from) },
        {
          title: "hours",
          numeric: true,
          cell: (row) => num(`outage.${row.from}.hours`, row.hours),
        },
        { title: "came", numeric: true, cell: (row) => num(`outage.${row.from}.seen`, row.seen) },
        {
          title: "usual",
          numeric: true,
          cell: (row) =>
            num(`outage.${row.from}.expected`, row.expected, String(Math.round(row.expected))),
        },
      ])}
      ${planted?.outages === undefined ? "" : plantedNote("outages", planted.outages, "hours")}
    </figure>
    ${worstFigure(hours, worst)}
  </div>`;
}

/** A day and a half around an outage, hour by hour. */
function worstFigure(hours: readonly Hour[], { from, to }: Outage): Html {
  const near = hours.filter(
    ({ start }) => start >= from - 18n * HOUR_US && start < to + 18n * HOUR_US,
  );
  const at = (instant: bigint): number => near.findIndex(({ start }) => start === instant);
  return figure(
    "The largest, hour by hour",
    columnChart(
      near.map(({ start, seen }) => ({
        key: `near.${start}`,
        value: seen,
        title: `${formatMicros(start).slice(0, 16)}: ${seen}`,
      })),
      {
        title: "Transactions an hour around the largest outage",
        colour: "blue",
        bands: [{ from: at(from), to: at(from) + Number((to - from) / HOUR_US) }],
        labels: new Map(
          near.flatMap(({ start }, k) =>
            formatMicros(start).slice(11, 13) === "00" || formatMicros(start).slice(11, 13) === "12"
              ? [[k, formatMicros(start).slice(5, 13).replace("T", " ") + "h"] as const]
              : [],
          ),
        ),
      },
    ),
    "On the red ground nothing, or next to nothing, arrived.",
  );
}

function day(key: string, text: string): Html {
  return html`<time data-key="volume.${key}" datetime="${text}">${text}</time>`;
}

function instant(key: string, micros: bigint): Html {
  const text = formatMicros(micros);
  return html`<time data-key="${key}" datetime="${text}Z"
    >${text.slice(0, 16).replace("T", " ")}</time
  >`;
}

const monthNames = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** A label where a month begins, and at most seven; the year where it changes. */
function everyMonth(starts: readonly string[]): Map<number, string> {
  const months = starts.flatMap((start, k) =>
    start.slice(0, 7) === starts[k - 1]?.slice(0, 7)
      ? []
      : [{ k, year: start.slice(0, 4), month: Number(start.slice(5, 7)) }],
  );
  const step = Math.ceil(months.length / 7);
  // The first month may be one of a few days: its label would run into the next.
  const room = months.length > 1 && months[1]!.k < starts.length / 10 ? 1 : 0;
  const labelled = months.filter((_, n) => n >= room && (n - room) % step === 0);
  return new Map(
    labelled.map(({ k, year, month }, n) => [
      k,
      `${monthNames[month - 1]}${year === labelled[n - 1]?.year ? "" : ` ${year}`}`,
    ]),
  );
}
