import * as driver from "@duckdb/duckdb-wasm/blocking";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe } from "vitest";
import { duckdbWasm } from "../../src/duckdb-wasm.ts";
import { conformance } from "./conformance.ts";

const dist = dirname(fileURLToPath(import.meta.resolve("@duckdb/duckdb-wasm/dist/duckdb-eh.wasm")));
const bundle = (kind: string): { mainModule: string; mainWorker: string } => ({
  mainModule: join(dist, `duckdb-${kind}.wasm`),
  mainWorker: "",
});

describe("DuckDB of WebAssembly", async () => {
  const database = await driver.createDuckDB(
    { mvp: bundle("mvp"), eh: bundle("eh") },
    new driver.VoidLogger(),
    driver.NODE_RUNTIME,
  );
  await database.instantiate(() => {});
  conformance({
    name: "duckdb-wasm",
    open: () => {
      database.open({ path: ":memory:" });
      return Promise.resolve(duckdbWasm(database));
    },
    slow: "SELECT sum(a.range * b.range) AS s FROM range(1000000) a, range(1000000) b",
    series: (rows) => `SELECT range AS n FROM range(${rows})`,
  });
});
