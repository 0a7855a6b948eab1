import type { Warehouse } from "@lakewright/warehouse";
import { afterAll, beforeAll, describe, type TestContext } from "vitest";
import { databases, type TestDatabase } from "../engines.ts";
import { filled, queryCases } from "./cases.ts";
import { valueCases } from "./values.ts";

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

  const open = (context: TestContext): Promise<Warehouse> => {
    if (database === undefined) context.skip();
    return Promise.resolve(warehouse);
  };
  queryCases(open);
  valueCases(open);
});
