import { describe } from "vitest";
import { postgres } from "../../src/postgres.ts";
import { serverForTests } from "../postgres/server.ts";
import { conformance } from "./conformance.ts";

const server = await serverForTests();

describe.skipIf(server === undefined)("Postgres", () => {
  let url = "";
  conformance({
    name: "Postgres",
    open: async () => postgres((url = await server!.createDatabase())),
    rival: () => Promise.resolve(postgres(url)),
    slow: "SELECT pg_sleep(8)",
    series: (rows) => `SELECT generate_series(0, ${rows - 1}) AS n`,
  });
});
