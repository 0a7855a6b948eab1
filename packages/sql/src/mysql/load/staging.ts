import { mysqlDialect } from "../../dialects/mysql.ts";
import { id, joinSql, raw, type Sql, sql } from "../../text.ts";
import type { Connection } from "../connection.ts";
import { ReadText } from "../wire/text-rows.ts";
import type { TargetColumn } from "./target.ts";

/** A temporary table that rows are loaded into first. */
export interface Staging {
  readonly path: readonly string[];
  move(rows: number): Promise<void>;
  drop(): Promise<void>;
}

/**
 * Whether rows may be loaded straight into the table: what arrived wrong is rolled back then, which only InnoDB does. A
 * table the catalog does not know is a temporary one, of this session alone.
 */
export async function isDirect(
  connection: Connection,
  path: readonly string[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const [schema, name] = path.length > 1 ? [text(path[0]!), path[1]!] : ["DATABASE()", path[0]!];
  const query = `SELECT TABLE_TYPE, ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ${schema} AND TABLE_NAME = ${text(name)}`;
  const [row] = await connection.exclusive(query, signal, () =>
    connection.run(new ReadText(query)),
  );
  return row === undefined || (row[0] === "BASE TABLE" && row[1]?.toUpperCase() === "INNODB");
}

let tables = 0;

/** A table of the columns that are loaded, in their types and without constraints. */
export async function stagingOf(
  connection: Connection,
  path: readonly string[],
  targets: readonly TargetColumn[],
  signal: AbortSignal | undefined,
): Promise<Staging> {
  const columns = joinSql(targets.map(({ name }) => id(name)));
  const name = `lakewright_staging_${++tables}`;
  const run = async (statement: Sql): Promise<number> => {
    const [ok] = await connection.execute(statement.render(mysqlDialect), signal);
    return ok?.affected ?? 0;
  };
  await run(
    sql`CREATE TEMPORARY TABLE ${id(name)} ENGINE = InnoDB AS SELECT ${columns} FROM ${id(...path)} ${raw("LIMIT 0")}`,
  );
  return {
    path: [name],
    move: async () => {
      await run(sql`INSERT INTO ${id(...path)} (${columns}) SELECT ${columns} FROM ${id(name)}`);
    },
    drop: async () => {
      if (connection.broken !== undefined) return;
      const { text } = mysqlDialect.dropTemporaryTable(name).render(mysqlDialect);
      await connection.execute({ text, parameters: [] });
    },
  };
}

function text(value: string): string {
  return mysqlDialect.literal(value);
}
