import { showValue } from "@lakewright/core";
import { assertKnown, invalid, isRecord } from "../../options.ts";
import type { MetricsQuery } from "../define/metrics-query.ts";

const QUERY_KEYS = ["measures", "by", "where", "having", "orderBy", "limit"];
/** Postgres keeps so many bytes of a name. */
const MAX_NAME_BYTES = 63;

/** What a question is made of, whoever made it: parameters of a request have no types. @throws WarehouseError WAREHOUSE_INVALID_OPTION */
export function assertShape(subject: string, query: MetricsQuery): void {
  assertKnown(subject, query, QUERY_KEYS);
  const refuse = (part: string, value: unknown, what: string): never => {
    throw invalid(`${subject} has ${part} ${showValue(value)}, which is no ${what}.`);
  };
  const { measures, by = [], where = {}, having = {}, orderBy = [] } = query;
  if (!isList(measures, isText)) refuse("measures", measures, "list of names");
  if (!isList(by, (it) => isText(it) || isRecord(it))) {
    refuse("by", by, "list of dimensions and steps of time");
  }
  for (const it of by) if (typeof it === "object") assertStep(subject, it);
  for (const [part, value] of Object.entries({ where, having })) {
    if (!isRecord(value)) refuse(part, value, "object of conditions");
  }
  for (const range of Object.values(having)) {
    if (range !== undefined && !isRecord(range)) refuse("having", having, "object of ranges");
  }
  if (!isList(orderBy, (it) => isText(it) || isSortKey(it))) {
    refuse("orderBy", orderBy, "list of columns, or of { column, descending }");
  }
}

function assertStep(subject: string, step: object): void {
  assertKnown(`A step of time of ${subject.toLowerCase()}`, step, ["time", "grain", "as"]);
  const { as } = step as { readonly as?: unknown };
  if (as === undefined) return;
  const isName =
    typeof as === "string" &&
    as !== "" &&
    as.isWellFormed() &&
    !as.includes("\0") &&
    new TextEncoder().encode(as).length <= MAX_NAME_BYTES;
  if (isName) return;
  throw invalid(
    `${subject} calls a step of time ${showValue(as)}, which is no name every engine has.`,
    `A name has 1 to ${MAX_NAME_BYTES} bytes.`,
  );
}

function isSortKey(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { column, descending, ...others } = value as Record<string, unknown>;
  return isText(column) && typeof descending === "boolean" && Object.keys(others).length === 0;
}

function isList(value: unknown, holds: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(holds);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
