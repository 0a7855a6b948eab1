import { describe } from "vitest";
import { serverForTests } from "../mysql/server.ts";
import { conformance } from "./conformance.ts";
import { mysqlFamily } from "./mysql-family.ts";

const server = await serverForTests("MySQL");

describe.skipIf(server === undefined)("MySQL", () => {
  conformance(mysqlFamily("MySQL", server, ["expressionUniqueIndex"]));
});
