import { SqlError } from "../errors.ts";
import type { BoundParameters } from "./bind.ts";
import type { Connection } from "./connection.ts";
import { hasSeveralStatements } from "./statement-text.ts";
import type { Ok } from "./wire/exchange.ts";
import { ServerError } from "./wire/server-error.ts";
import {
  AllowStatements,
  CloseStatement,
  executePacket,
  Prepare,
  type Prepared,
  queryPacket,
  RunStatements,
} from "./wire/statements.ts";

const EMPTY_QUERY = 1065;
const NOT_PREPARABLE = 1295;

/** Runs a statement, or several, without parameters. As all here, of a connection that whoever calls has to itself. */
export async function runText(connection: Connection, text: string): Promise<readonly Ok[]> {
  const several = hasSeveralStatements(text);
  if (several) await connection.run(new AllowStatements(true));
  try {
    return await connection.run(new RunStatements((client) => queryPacket(client, text)));
  } catch (error) {
    if (isEmpty(error)) return [];
    throw error;
  } finally {
    if (several && connection.broken === undefined) {
      await connection.run(new AllowStatements(false));
    }
  }
}

export async function runPrepared(
  connection: Connection,
  text: string,
  bound: BoundParameters,
): Promise<readonly Ok[]> {
  const prepared = await connection.run(new Prepare(text));
  try {
    assertBound(text, prepared, bound);
    return await connection.run(
      new RunStatements((client) => executePacket(client, prepared, bound)),
    );
  } finally {
    if (connection.broken === undefined) await connection.run(new CloseStatement(prepared.id));
  }
}

/** The statement parsed; undefined where it has run already, or is none. */
export async function prepare(
  connection: Connection,
  text: string,
  bound: BoundParameters,
): Promise<Prepared | undefined> {
  try {
    const prepared = await connection.run(new Prepare(text));
    assertBound(text, prepared, bound);
    return prepared;
  } catch (error) {
    if (isEmpty(error)) return undefined;
    if (!(error instanceof ServerError) || error.number !== NOT_PREPARABLE) throw error;
    if (bound.types.length > 0) throw error;
    await connection.run(new RunStatements((client) => queryPacket(client, text)));
    return undefined;
  }
}

function isEmpty(error: unknown): boolean {
  return error instanceof ServerError && error.number === EMPTY_QUERY;
}

function assertBound(text: string, prepared: Prepared, bound: BoundParameters): void {
  if (prepared.parameters === bound.types.length) return;
  throw new SqlError(
    "SQL_QUERY_FAILED",
    `The statement has ${prepared.parameters} parameters, and ${bound.types.length} were bound.`,
    { hint: "Bind values with sql`…`.", details: { sql: text } },
  );
}
