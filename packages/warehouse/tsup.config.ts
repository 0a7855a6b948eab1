import { packageBuild } from "../../tsup.base.ts";

export default packageBuild([
  "src/index.ts",
  "src/models.ts",
  "src/extract.ts",
  "src/audit.ts",
  "src/query.ts",
]);
