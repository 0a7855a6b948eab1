import { formatDate, selectValues, tableFromFields, toBatch, validityOf } from "@lakewright/core";
import { type Data, DataType, TimeUnit } from "apache-arrow";
import { DAY_LEVELS } from "./layout.ts";

const DAY_MS = 86_400_000;

const daysTable = tableFromFields(
  "days",
  DAY_LEVELS.map((name) => ({ name, column: { type: { kind: "utf8" }, nullable: true } })),
);

/** Year, month and day of a date or timestamp column, as text: "2026", "11", "21". */
export function dayColumns(data: Data): readonly Data[] {
  const dayOf = dayReader(data);
  const isValid = validityOf(data);
  const known = new Map<number, number>();
  const rows = new Int32Array(data.length);
  for (let i = 0; i < rows.length; i++) {
    if (!isValid(i)) {
      rows[i] = -1;
      continue;
    }
    const day = dayOf(i);
    let at = known.get(day);
    if (at === undefined) known.set(day, (at = known.size));
    rows[i] = at;
  }
  const distinct = Array.from(known.keys(), (day) => {
    const [, year, month, date] = /^([+-]?\d+)-(\d\d)-(\d\d)$/.exec(formatDate(day))!;
    return { year, month, day: date };
  });
  const batch = toBatch(daysTable, distinct.length > 0 ? distinct : [{}]);
  return batch.data.children.map((level) => selectValues(level, rows));
}

/** Days since 1970 of the values. */
function dayReader({ type, values }: Data): (index: number) => number {
  if (!DataType.isTimestamp(type)) return (i) => (values as Int32Array)[i]!;
  const unit = type.unit === TimeUnit.MILLISECOND ? 1 : 1000;
  const instants = values as BigInt64Array;
  return (i) => Math.floor(Number(instants[i]) / unit / DAY_MS);
}
