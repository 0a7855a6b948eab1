import { batchBuilder, type LogicalType, showValue, tableFromFields } from "@lakewright/core";
import { bind, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import { invalid } from "../../options.ts";
import type { Filter } from "../define/metrics-query.ts";

/** A filter as a condition. @throws WarehouseError WAREHOUSE_INVALID_OPTION */
export function filterSql(name: string, value: Sql, type: LogicalType, filter: Filter): Sql {
  if (filter === null) return sql`${value} IS NULL`;
  if (Array.isArray(filter)) return oneOfSql(name, value, type, filter as readonly Filter[]);
  if (typeof filter === "object") return rangeSql(name, value, type, filter as object);
  if (typeof filter === "function" || typeof filter === "symbol" || filter === undefined) {
    throw invalid(`The filter of "${name}" is ${showValue(filter)}.`);
  }
  return sql`${value} = ${valueSql(name, filter, type)}`;
}

function oneOfSql(name: string, value: Sql, type: LogicalType, filters: readonly Filter[]): Sql {
  const given = filters.filter((it) => it !== null);
  const parts: Sql[] = [];
  if (given.length > 0) {
    parts.push(sql`${value} IN (${joinSql(given.map((it) => valueSql(name, it, type)))})`);
  }
  if (given.length < filters.length) parts.push(sql`${value} IS NULL`);
  return parts.length === 0 ? raw("1 = 0") : sql`(${joinSql(parts, " OR ")})`;
}

/** Of a range: at least `from`, and below `before`. */
export function rangeSql(name: string, value: Sql, type: LogicalType, range: object): Sql {
  const unknown = Object.keys(range).find((key) => key !== "from" && key !== "before");
  const { from, before } = range as { readonly from?: unknown; readonly before?: unknown };
  if (unknown !== undefined || (from === undefined && before === undefined)) {
    throw invalid(
      `The filter of "${name}" is ${showValue(range)}.`,
      "A range is { from, before }, one of them or both.",
    );
  }
  return joinSql(
    [
      ...(from === undefined ? [] : [sql`${value} >= ${valueSql(name, from, type)}`]),
      ...(before === undefined ? [] : [sql`${value} < ${valueSql(name, before, type)}`]),
    ],
    " AND ",
  );
}

/** A value the column can have: what an engine made of another one would differ from engine to engine. */
function valueSql(name: string, value: unknown, type: LogicalType): Sql {
  const table = tableFromFields("filter", [{ name, column: { type, nullable: false } }]);
  const [wrong] = batchBuilder(table).buildValid([{ [name]: value }]).invalid;
  if (wrong !== undefined) {
    const hint =
      type.kind === "timestamp" && type.utc
        ? 'Give an instant: a Date, or "2026-03-01T00:00:00Z".'
        : undefined;
    throw invalid(`The filter of "${name}": ${showValue(value)} ${wrong.problem}.`, hint);
  }
  if (typeof value === "string" && value.includes("\0")) {
    throw invalid(
      `The filter of "${name}" has the character U+0000, which no engine but DuckDB has in texts.`,
    );
  }
  return bind(value, type);
}
