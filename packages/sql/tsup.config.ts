import { packageBuild } from "../../tsup.base.ts";

export default packageBuild([
  "src/index.ts",
  "src/duckdb.ts",
  "src/duckdb-wasm.ts",
  "src/postgres.ts",
  "src/pglite.ts",
  "src/mysql.ts",
]);
