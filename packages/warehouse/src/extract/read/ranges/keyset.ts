import { type LogicalType, readColumn } from "@lakewright/core";
import { bind, id, joinSql, raw, type Sql, sql, type SqlSession } from "@lakewright/sql";
import type { RecordBatch } from "apache-arrow";
import type { TableSource } from "../../introspect/source-table.ts";
import type { SourceDialect } from "../../sources/source-dialect.ts";
import { fieldOf } from "../rows/columns.ts";
import { type Resumption, resuming } from "./resume.ts";

/** Something rows are ordered by. */
export interface OrderTerm {
  readonly value: Sql;
  /** The column of the result that has it. */
  readonly column: string;
  readonly type: LogicalType;
  /** A type the database has to be told a bound text is of: `UUID`. */
  readonly nativeType?: string | undefined;
}

/** A query read in an order that tells every row from the others, so that it can go on after any of them. */
export interface KeysetQuery {
  readonly select: Sql;
  readonly from: Sql;
  readonly where: readonly Sql[];
  readonly order: readonly OrderTerm[];
  /** Whether the order tells every row from the others. Else a lost connection is an error. */
  readonly isTotal: boolean;
  /** Rows of a statement. Default: all. */
  readonly pageRows?: number | undefined;
  /** Rows in all, at most. */
  readonly maxRows?: number | undefined;
  /** Values of the order after which to begin. */
  readonly after?: readonly unknown[] | undefined;
}

/** The batches of the query in order, in one statement or in pages; goes on after a lost connection. */
export async function* readKeyset(
  session: SqlSession,
  query: KeysetQuery,
  resumption: Resumption,
): AsyncGenerator<RecordBatch> {
  const { isTotal, maxRows = Infinity } = query;
  const pageRows = Math.min(query.pageRows ?? Infinity, maxRows);
  const isPaged = pageRows !== Infinity;
  let { after } = query;
  for (let left = maxRows; left > 0;) {
    let rows = 0;
    const page = resuming({ ...resumption, retries: isTotal ? resumption.retries : 0 }, () =>
      session.query(
        statementOf({
          ...query,
          after,
          pageRows: isPaged ? Math.min(pageRows, left) - rows : undefined,
        }),
        {
          signal: resumption.signal,
          batchRows: resumption.batchRows,
        },
      ),
    );
    for await (const batch of page) {
      if (batch.numRows === 0) continue;
      rows += batch.numRows;
      after = positionOf(query.order, batch, batch.numRows - 1);
      yield batch;
    }
    if (!isPaged || rows < pageRows) return;
    left -= rows;
  }
}

/** The values of the order in a row of a result. */
export function positionOf(
  order: readonly OrderTerm[],
  batch: RecordBatch,
  row: number,
): readonly unknown[] {
  return order.map(({ column }) => readColumn(batch, column)(row));
}

export function statementOf({ select, from, where, order, after, pageRows }: KeysetQuery): Sql {
  const conditions = after ? [...where, isAfter(order, after)] : where;
  const filter =
    conditions.length > 0 ? sql` WHERE ${joinSql(conditions.map(bracketed), " AND ")}` : raw("");
  const sorted =
    order.length > 0 ? sql` ORDER BY ${joinSql(order.map((term) => term.value))}` : raw("");
  const limit = pageRows === undefined ? raw("") : raw(` LIMIT ${pageRows}`);
  return sql`SELECT ${select} FROM ${from}${filter}${sorted}${limit}`;
}

const bracketed = (condition: Sql): Sql => sql`(${condition})`;

/** `a > x OR (a = x AND (b > y OR …))`: every engine has it, and the order it compares by is that of ORDER BY. */
function isAfter(order: readonly OrderTerm[], values: readonly unknown[]): Sql {
  const [first, ...others] = order;
  const bound = boundTo(first!, values[0]);
  if (others.length === 0) return sql`${first!.value} > ${bound}`;
  return sql`${first!.value} > ${bound} OR (${first!.value} = ${bound} AND (${isAfter(others, values.slice(1))}))`;
}

/** A value to compare with a column of that type. */
export function boundTo(
  { type, nativeType }: Pick<OrderTerm, "type" | "nativeType">,
  value: unknown,
): Sql {
  if (nativeType !== undefined) return sql`CAST(${value} AS ${raw(nativeType)})`;
  // Text without a type is compared as what it is compared with: a uuid, an enum.
  if (type.kind === "utf8" || type.kind === "oneOf") return sql`${value}`;
  return bind(value, type.kind === "timestamp" ? { ...type, unit: "us" } : type);
}

/** A column of a source to order by. */
export function keyTerm(source: TableSource, dialect: SourceDialect, name: string): OrderTerm {
  const { type } = fieldOf(source, "key", name).column;
  const native = source.columns?.find((column) => column.name === name)?.nativeType;
  return {
    value: dialect.keyOrder?.(id(name), native) ?? id(name),
    column: name,
    type,
    nativeType: dialect.keyCast?.(type, native),
  };
}
