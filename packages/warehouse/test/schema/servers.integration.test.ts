import { describe } from "vitest";
import { kindCases } from "../define/kinds.ts";
import { databaseForTests, otherDatabases } from "../engines.ts";
import { schemaCases } from "./cases.ts";
import { indexCases } from "./indexes.ts";
import { partitionCases } from "./partitions.ts";

describe.each(otherDatabases)("on %s", (name) => {
  const database = databaseForTests(name);
  const engine = () => database().engine;
  schemaCases(engine);
  kindCases(engine);
  indexCases(engine);
  partitionCases(engine);
});
