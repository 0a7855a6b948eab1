import type { Warehouse } from "@lakewright/warehouse";
import { afterAll, beforeAll, describe } from "vitest";
import { databases, type TestDatabase } from "../engines.ts";
import { filled, queryCases } from "./cases.ts";

describe.each(["Postgres", "MySQL", "MariaDB", "PGlite"])("questions to a star on %s", (name) => {
  let database: TestDatabase | undefined;
  let warehouse: Warehouse;
  beforeAll(async () => {
    database = await databases[name]!().catch((error: unknown) => {
      console.warn(`Skipped, there is no ${name} here: ${String(error)}`);
      return undefined;
    });
    if (database !== undefined) warehouse = await filled(database.engine);
  });
  afterAll(() => database?.stop());

  queryCases((context) => {
    if (database === undefined) context.skip();
    return Promise.resolve(warehouse);
  });
});
