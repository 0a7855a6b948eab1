import { foldLatin } from "../strings/fold.ts";

type Text = string | null | undefined;

/** A name or place as it is compared: Latin letters plain and small, words apart by one blank; null where none is left. */
export function normaliseName(text: Text): string | null {
  if (text === null || text === undefined) return null;
  const words = foldLatin(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
  return words === "" ? null : words;
}

/** A code or number as it is compared: letters and digits only. */
export function normaliseCode(text: Text): string | null {
  return normaliseName(text)?.replaceAll(" ", "") ?? null;
}

/** An e-mail address as it is compared: trimmed and small. */
export function normaliseEmail(text: Text): string | null {
  return text?.trim().toLowerCase() || null;
}

/** A phone number as it is compared: its last nine digits, so that country codes and the zero of an area do not matter. */
export function normalisePhone(text: Text): string | null {
  return text?.replace(/\D/g, "").slice(-9) || null;
}

/** A day as ISO text ("2026-11-21"), of ISO text with or without time or of eight digits; other text as a name. */
export function normaliseDay(text: Text): string | null {
  if (text === null || text === undefined) return null;
  const parts =
    /^\s*(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)/.exec(text) ??
    /^\s*(\d{4})(\d{2})(\d{2})\s*$/.exec(text);
  return parts ? isoDay(parts[1], parts[2], parts[3]) : normaliseName(text);
}

/** The day of a year, a month and a day; parts that are missing are marked, so that the others still count. */
export function isoDay(year: Text, month: Text, day: Text): string | null {
  if (!year && !month && !day) return null;
  const pad = (text: Text, length: number): string =>
    text ? text.padStart(length, "0") : "?".repeat(length);
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

/** Given name and surname of a whole name, normalised: "George B. Birkhead" and "Birkhead, George B." are the same. */
export function splitName(text: Text): readonly [given: string | null, surname: string | null] {
  const comma = /^([^,]+),([^,]+)$/.exec(text ?? "");
  if (comma) return [firstWord(normaliseName(comma[2])), normaliseName(comma[1])];
  const words = normaliseName(text)?.split(" ") ?? [];
  return words.length < 2 ? [null, words[0] ?? null] : [words[0]!, words.at(-1)!];
}

function firstWord(words: string | null): string | null {
  return words?.split(" ")[0] ?? null;
}
