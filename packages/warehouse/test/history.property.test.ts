import { duckdb } from "@lakewright/sql/duckdb";
import { afterAll, it } from "vitest";
import { assertHistories, assertNoOverlap, assertRounds, assertSerial } from "./histories.ts";

const engine = duckdb(":memory:");
afterAll(() => engine.close());

it(
  "is what a row-by-row implementation makes of the same batches, killed and run again",
  () => assertHistories(engine, 12),
  120_000,
);

it(
  "never lets versions of a member overlap, also where the source dates its changes",
  () => assertNoOverlap(engine, 10),
  120_000,
);

it(
  "makes of many dated changes in one load what it makes of them one after the other",
  () => assertRounds(engine, 8),
  120_000,
);

it(
  "makes of two loaders at once what they are one after the other",
  () => assertSerial([engine, engine], 5),
  120_000,
);
