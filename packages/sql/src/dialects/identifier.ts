import { SqlError } from "../errors.ts";

/**
 * An identifier between double quotes, quotes inside doubled, as the SQL standard has it.
 *
 * @throws SqlError SQL_INVALID_IDENTIFIER
 */
export function quoteIdentifier(engine: string, name: string, maxBytes: number = Infinity): string {
  const problem = problemOf(name, maxBytes);
  if (problem !== undefined) {
    throw new SqlError("SQL_INVALID_IDENTIFIER", `The name ${show(name)} ${problem} (${engine}).`, {
      hint: "Identifiers come from table definitions, never from data; rename the table or column.",
      details: { identifier: name, engine },
    });
  }
  return `"${name.replaceAll('"', '""')}"`;
}

function problemOf(name: string, maxBytes: number): string | undefined {
  if (typeof name !== "string") return "is no text";
  if (name === "") return "is empty";
  if (name.includes("\0")) return "has the character U+0000, which no quoting saves";
  if (!name.isWellFormed()) return "has half a surrogate pair, which no Unicode text may have";
  const bytes = new TextEncoder().encode(name).length;
  return bytes > maxBytes
    ? `has ${bytes} bytes, and the longest name has ${maxBytes}; the engine would cut it silently`
    : undefined;
}

function show(name: unknown): string {
  return JSON.stringify(
    typeof name === "string" && name.length > 80 ? `${name.slice(0, 80)}…` : name,
  );
}
