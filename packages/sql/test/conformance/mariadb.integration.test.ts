import { describe } from "vitest";
import { serverForTests } from "../mysql/server.ts";
import { conformance } from "./conformance.ts";
import { mysqlFamily } from "./mysql-family.ts";

const server = await serverForTests("MariaDB");

describe.skipIf(server === undefined)("MariaDB", () => {
  conformance(mysqlFamily("MariaDB", server, ["sequences", "reopensTemporaryTables"]));
});
