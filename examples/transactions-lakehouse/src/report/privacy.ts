import { maskedEmail } from "../ingest/anonymise.ts";

const EMAIL = /[^\s"'<>,;:{}\\]+@[^\s"'<>,;:{}\\]+/g;

/** "Ada L.": enough to tell whether two accounts are one person; of a single name only the initial, it may be a surname. */
export function shortName(name: string | null): string | null {
  if (name === null || name.trim() === "") return null;
  // "Lovelace, Ada" is written the other way round.
  const [surname, given] = name.split(",");
  const parts = (given?.trim() ? `${given} ${surname}` : name).trim().split(/\s+/);
  const initials = (words: readonly string[]): string[] => words.map((word) => `${[...word][0]}.`);
  const [first, ...rest] = parts;
  return (rest.length === 0 ? initials(parts) : [first, ...initials(rest)]).join(" ");
}

/** Text from the data with its mail addresses masked; ids may be some. */
export function withoutEmails(text: string): string {
  return text.replace(EMAIL, (email) => maskedEmail(email)!);
}
