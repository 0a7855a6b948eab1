import type { SqlSession } from "@lakewright/sql";
import type { IntrospectOptions } from "./introspect.ts";
import type { SourceTable } from "./source-table.ts";

export async function mysqlCatalog(
  session: SqlSession,
  options: IntrospectOptions,
  wanted: (name: string) => boolean,
): Promise<SourceTable[]> {
  void [session, options, wanted];
  return Promise.resolve([]);
}
