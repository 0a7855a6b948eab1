export { columnsNamed } from "./columns.ts";
export { bindExpression } from "./lower.ts";
