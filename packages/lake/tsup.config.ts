import { packageBuild } from "../../tsup.base.ts";

export default packageBuild([
  "src/index.ts",
  "src/node.ts",
  "src/parquet.ts",
  "src/s3.ts",
  "src/azure.ts",
  "src/browser.ts",
  "src/duckdb.ts",
  "src/duckdb-wasm.ts",
  "src/encryption.ts",
  "src/text.ts",
  "src/parquet-wasm.ts",
]);
