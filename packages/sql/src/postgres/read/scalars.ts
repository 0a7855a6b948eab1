import { SqlError } from "../../errors.ts";

/** bytea_output = hex: "\x00ff". */
export function parseBytes(text: string): Uint8Array {
  return Buffer.from(text.slice(2), "hex");
}

/** A day as DateStyle = ISO writes it: "2026-11-21", "0044-03-15 BC". */
export function parseDay(text: string, column: string): string {
  return text.length === 10 ? text : unusual(text, column).day;
}

/** "2026-03-29 02:30:00.125" as an ISO text. */
export function parseReading(text: string, column: string): string {
  if (text.charCodeAt(10) === SPACE && !text.endsWith("BC")) {
    return `${text.slice(0, 10)}T${text.slice(11)}`;
  }
  const { day, time } = unusual(text, column);
  return `${day}T${time}`;
}

/** "2026-03-29 02:30:00.125+00" as an ISO text; the session is in UTC. */
export function parseInstant(text: string, column: string): string {
  if (text.charCodeAt(10) === SPACE && text.endsWith("+00")) {
    return `${text.slice(0, 10)}T${text.slice(11, -3)}Z`;
  }
  const { day, time } = unusual(text, column);
  return `${day}T${time.slice(0, -3)}Z`;
}

const SPACE = 32;
const DATED = /^(\d{4,6})(-\d\d-\d\d)(?: (\d\d:\S+))?( BC)?$/;
/** The last whole year of a JavaScript Date, which formats the days of this suite. */
const LAST_YEAR = 275_759;

/** Years after 9999 and before 1 in ISO's expanded form, in which 1 BC is the year 0. */
function unusual(text: string, column: string): { readonly day: string; readonly time: string } {
  const match = DATED.exec(text);
  const year = match?.[4] === undefined ? Number(match?.[1]) : 1 - Number(match[1]);
  if (match === null || year > LAST_YEAR) {
    throw new SqlError(
      "SQL_UNSUPPORTED",
      `Column "${column}" has the date or timestamp ${text}, which no batch can hold.`,
      {
        hint: "Leave such rows out with isfinite(…), make them null with nullif(…), or cast them to text.",
        details: { column },
      },
    );
  }
  const digits = String(Math.abs(year));
  const written =
    year >= 0 && year <= 9999
      ? digits.padStart(4, "0")
      : `${year < 0 ? "-" : "+"}${digits.padStart(6, "0")}`;
  return { day: written + match[2]!, time: match[3] ?? "" };
}
