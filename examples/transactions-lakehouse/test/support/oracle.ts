import { DuckDBInstance } from "@duckdb/node-api";

/** A DuckDB of the test's own, that never goes through the packages under test. */
export interface Oracle {
  run(statement: string): Promise<void>;
  /** Rows with exact values as text, as DuckDB casts them. */
  rows(query: string): Promise<Record<string, string | null>[]>;
  /** The only value of the only row. */
  value(query: string): Promise<string>;
}

export async function oracle(path = ":memory:"): Promise<Oracle> {
  const instance = await DuckDBInstance.create(path, {
    threads: "2",
    memory_limit: "512MB",
    ...(path !== ":memory:" && { access_mode: "READ_ONLY" }),
  });
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  const rows: Oracle["rows"] = async (query) => {
    const reader = await connection.runAndReadAll(`SELECT COLUMNS(*)::VARCHAR FROM (${query})`);
    return reader.getRowObjectsJson() as Record<string, string | null>[];
  };
  return {
    run: async (statement) => void (await connection.run(statement)),
    rows,
    value: async (query) => {
      const found = await rows(query);
      const values = Object.values(found[0] ?? {});
      if (found.length !== 1 || values.length !== 1) throw new Error(`not one value: ${query}`);
      return values[0]!;
    },
  };
}
