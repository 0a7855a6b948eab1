import { CoreError, showValue } from "@lakewright/core";
import { Sql } from "../text.ts";

function wrong(message: string, hint: string): CoreError {
  return new CoreError("CORE_INVALID_OPTION", message, { hint });
}

/** Refuses what is no statement: `{ text }` of another library, a list, a promise nobody awaited. */
export function assertStatement(given: unknown): void {
  if (given instanceof Sql || typeof given === "string") return;
  throw wrong(
    `The statement is ${showValue(given)}, which is neither text nor made by sql\`…\`.`,
    given instanceof Promise
      ? "It is a promise: await it first."
      : "Give text, or bind values: engine.query(sql`select * from t where id = ${id}`).",
  );
}

/** Refuses what is no name of a table, as its rows or its definition. */
export function assertTarget(given: unknown): void {
  const names: readonly unknown[] = Array.isArray(given) ? given : [given];
  if (names.length > 0 && names.every((name) => typeof name === "string")) return;
  throw wrong(
    `The name of the table is ${showValue(given)}, which is neither text nor a path of texts.`,
    'Give the name first, "sales" or ["mart", "sales"], then the definition and the data: engine.load("sales", sales, rows).',
  );
}

/** Refuses what is no definition of a table, as its name, its columns or the rows to load. */
export function assertDefinition(call: string, given: unknown): void {
  if (typeof given === "object" && given !== null && "fields" in given && "columns" in given) {
    return;
  }
  throw wrong(
    `The definition of ${call} is ${showValue(given)}, which is none.`,
    'Give what defineTable("sales", { id: int64() }) made.',
  );
}

/** Refuses what is no function, as a statement in its place. */
export function assertFunction(call: string, given: unknown): void {
  if (typeof given === "function") return;
  throw wrong(
    `${call} is to run ${showValue(given)}, which is no function.`,
    "Give it an async function.",
  );
}

/** Refuses what is no engine, as the path or URL of one. */
export function assertEngine(call: string, given: unknown): void {
  if (typeof given === "object" && given !== null && "transaction" in given) return;
  throw wrong(
    `The engine of ${call} is ${showValue(given)}, which is none.`,
    'Give duckdb("…"), postgres("…"), mysql("…") or pglite("…").',
  );
}

/** The engine that takes connection strings of a scheme. */
const ENGINES: Readonly<Record<string, string>> = {
  postgres: "postgres",
  postgresql: "postgres",
  mysql: "mysql",
  mariadb: "mysql",
};

/** Refuses a connection string of another engine; its password is not shown. */
export function assertScheme(engine: string, given: unknown): void {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(String(given))?.[1]?.toLowerCase();
  if (scheme === undefined) return;
  const right = Object.hasOwn(ENGINES, scheme) ? ENGINES[scheme] : undefined;
  const known = Object.keys(ENGINES).filter((name) => ENGINES[name] === engine);
  if (right === engine || (right === undefined && known.length === 0)) return;
  throw wrong(
    `${engine}() was given a connection string that begins with "${scheme}://".`,
    right === undefined
      ? `Those of ${engine}() begin with ${known.map((name) => `${name}://`).join(" or ")}.`
      : `Give it to ${right}() of @lakewright/sql/${right}.`,
  );
}
