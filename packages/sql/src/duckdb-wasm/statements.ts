import type { Bindings } from "./driver.ts";

/** The kinds of duckdb-wasm's tokens. */
const OPERATOR = 3;
const COMMENT = 5;

/** One statement of a text, and its first word, which says what it is. */
export interface SingleStatement {
  readonly text: string;
  readonly verb: string;
}

/** The statements of a text, without those that are blank or only comments. */
export async function statementsOf(bindings: Bindings, text: string): Promise<SingleStatement[]> {
  const { offsets, types } = await bindings.tokenize(text);
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder();
  const statements: SingleStatement[] = [];
  let from: number | undefined;
  const add = (to: number): void => {
    if (from === undefined) return;
    const statement = decoder.decode(bytes.subarray(from, to)).trim();
    const verb = /^\(*\s*([a-z]+)/i.exec(statement)?.[1]?.toUpperCase() ?? "";
    statements.push({ text: statement, verb });
    from = undefined;
  };
  for (const [k, offset] of offsets.entries()) {
    if (types[k] === COMMENT) continue;
    if (types[k] === OPERATOR && bytes[offset] === SEMICOLON) add(offset);
    else from ??= offset;
  }
  add(bytes.length);
  return statements;
}

const SEMICOLON = 0x3b;

/** Statements that begin or end a transaction. */
export const TRANSACTION_VERBS: readonly string[] = [
  "BEGIN",
  "START",
  "COMMIT",
  "END",
  "ROLLBACK",
  "ABORT",
];

/** Statements whose result is the number of rows they changed, in a column `Count`, unless they return rows. */
export const CHANGING_VERBS: readonly string[] = ["INSERT", "UPDATE", "DELETE", "MERGE", "WITH"];
