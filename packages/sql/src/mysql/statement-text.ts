/** Texts in quotes, names in quotes, comments: nothing in them is a statement. */
const OPAQUE =
  /'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\/\*(?![!M])[\s\S]*?\*\/|--(?=\s|$)[^\n]*|#[^\n]*/g;

/** The statements of a text, without what is in quotes and comments. */
function statementsOf(text: string): string[] {
  return text
    .replace(OPAQUE, (piece) => (/^['"`]/.test(piece) ? "''" : " "))
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

export function hasSeveralStatements(text: string): boolean {
  return text.includes(";") && statementsOf(text).length > 1;
}

/**
 * The words of the first statement in the text that would commit the open transaction, or end it; undefined where none
 * would. https://dev.mysql.com/doc/refman/9.4/en/implicit-commit.html
 */
export function transactionEndOf(text: string): string | undefined {
  for (const statement of statementsOf(text)) {
    const words = ENDS.exec(statement)?.[0];
    if (words !== undefined) return words.replace(/\s+/g, " ").toUpperCase();
  }
  return undefined;
}

const ENDS =
  /^(?:BEGIN(?!\s+NOT)|START\s+TRANSACTION|COMMIT|ROLLBACK(?!\s+(?:WORK\s+)?TO)|SET\s+(?:SESSION\s+|@@)?autocommit|(?:CREATE|DROP)\s+(?!(?:OR\s+REPLACE\s+)?TEMPORARY\b)\w+|ALTER\s+\w+|RENAME\s+\w+|TRUNCATE|GRANT|REVOKE|LOCK\s+TABLES?|UNLOCK\s+TABLES|ANALYZE\s+TABLE|OPTIMIZE\s+TABLE|REPAIR\s+TABLE|CHECK\s+TABLE|FLUSH|RESET|(?:UN)?INSTALL\s+\w+|CACHE\s+INDEX)\b/i;
