import {
  bool,
  type Column,
  type Columns,
  type Field,
  int64,
  nullable,
  showValue,
  type Table,
  tableFromFields,
  timestamp,
} from "@lakewright/core";
import type { Sql } from "@lakewright/sql";
import {
  assertColumns,
  invalidDefinition,
  IS_CURRENT,
  IS_INFERRED,
  namesOf,
  VALID_FROM,
  VALID_TO,
} from "../define/names.ts";
import { assertKnown } from "../options.ts";
import type { Query } from "./build/query.ts";
import type { SelectContext } from "./context.ts";
import { type Materialization, view } from "./materialization.ts";
import { type ModelTest, unique } from "./model-test.ts";

/** SQL written by hand: its columns are known when it runs. */
export type HandWritten = Sql & { readonly $names?: never };

/** What a model is computed from, kept as and tested for. */
export interface ModelOptions<C extends Columns> {
  /** The columns of the result; what the query gives is checked against them before anything is replaced. */
  readonly columns: C;
  /** The query: of the builder (`from(…)….select(…)`) or `` sql`…${ref(table)}…` ``. */
  readonly select: (context: SelectContext) => HandWritten | Query<keyof C & string>;
  /** Default: a view. */
  readonly materialize?: Materialization | undefined;
  /** What the model is, for the docs page. Default none. */
  readonly description?: string | undefined;
  /** What has to hold of the result; checked before readers see it. Default none. */
  readonly tests?: readonly ModelTest<NoInfer<keyof C & string>>[] | undefined;
  /** What one row is: columns that occur once together. Tested as `unique`. */
  readonly grain?: readonly (keyof C & string)[] | undefined;
  /** Columns of a unique index of the table; tables only. Default: the key of an incremental model. */
  readonly uniqueKey?: readonly (keyof C & string)[] | undefined;
  /** What a column means, for the docs page. */
  readonly docs?: { readonly [K in keyof C]?: string } | undefined;
  /** Anything worth keeping beside a model or, under its name, a column: formulas, sources, owners. */
  readonly meta?: Readonly<Record<string, unknown>> | undefined;
  /** Names to select by: `tag:daily`. */
  readonly tags?: readonly string[] | undefined;
}

/** A table or view computed from others. Made by {@link model}. */
export interface Model<C extends Columns = Columns> {
  readonly kind: "model";
  readonly name: string;
  /** The columns its readers find; a snapshot has more than its query gives. */
  readonly table: Table<C>;
  /** The columns its query gives. */
  readonly result: Table;
  readonly select: (context: SelectContext) => Sql;
  readonly materialize: Materialization;
  readonly description: string | undefined;
  readonly tests: readonly ModelTest[];
  readonly grain: readonly string[];
  readonly uniqueKey: readonly string[];
  readonly docs: Readonly<Record<string, string>>;
  readonly meta: Readonly<Record<string, unknown>>;
  readonly tags: readonly string[];
}

/**
 * Describes a model: columns, a query, how it is kept, what must be true of it. Nothing runs.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_DEFINITION where a test, key or partition names a column it does not have.
 */
export function model<const C extends Columns>(name: string, options: ModelOptions<C>): Model<C> {
  assertKnown(`Model "${name}"`, options, OPTIONS, "WAREHOUSE_INVALID_DEFINITION");
  if (typeof options.columns !== "object" || (options.columns as object | null) === null) {
    throw invalidDefinition(
      `Model "${name}" has no columns.`,
      "Give them with their types: columns: { country: utf8(), sales: int64() }.",
    );
  }
  const { materialize = view(), grain = [], docs = {}, tests = [] } = options;
  const uniqueKey = options.uniqueKey ?? keyOf(materialize);
  const result = tableFromFields(
    name,
    Object.entries(options.columns).map(([column, definition]) => ({
      name: column,
      column: definition,
    })),
  );
  const columns = namesOf(result);
  assertColumns(name, "The grain", grain, columns);
  assertColumns(name, "uniqueKey", uniqueKey, columns);
  assertColumns(name, "docs", Object.keys(docs), columns);
  if (!Array.isArray(tests)) {
    throw invalidDefinition(
      `The tests of model "${name}" are ${showValue(tests)}, which is no list.`,
      "Give tests: [notNull([…]), unique([…])].",
    );
  }
  for (const test of tests) assertColumns(name, `Test "${test.name}"`, test.columns, columns);
  assertMaterialization(name, materialize, result);
  if (typeof options.select !== "function") {
    throw invalidDefinition(
      `The select of model "${name}" is ${showValue(options.select)}, which is no function.`,
      "Write select: ({ ref }) => sql`select … from ${ref(sales)}`, or use from(…) of the builder.",
    );
  }
  return Object.freeze({
    kind: "model",
    name,
    table: storedTable(result, materialize) as Table<C>,
    result,
    select: options.select as (context: SelectContext) => Sql,
    materialize,
    description: options.description,
    tests: grain.length === 0 ? tests : [unique(grain, { name: "grain" }), ...tests],
    grain,
    uniqueKey,
    docs: docs as Readonly<Record<string, string>>,
    meta: options.meta ?? {},
    tags: options.tags ?? [],
  });
}

const OPTIONS = [
  "columns",
  "select",
  "materialize",
  "description",
  "tests",
  "grain",
  "uniqueKey",
  "docs",
  "meta",
  "tags",
];

function assertMaterialization(name: string, of: Materialization, result: Table): void {
  if (typeof of !== "object") {
    throw invalidDefinition(
      `The materialize of model "${name}" is ${showValue(of)}.`,
      "Call one of view(), table(), incremental({ … }), snapshot({ … }), materializedView().",
    );
  }
  const columns = namesOf(result);
  const never = (role: string, names: readonly string[]): void => {
    assertColumns(name, role, names, columns);
    const open = names.find((column) => result.columns[column]!.nullable);
    if (open === undefined) return;
    throw invalidDefinition(
      `${role} of "${name}" names "${open}", which may be null.`,
      "Null equals nothing, so such rows would be neither found nor replaced: declare the column without nullable().",
    );
  };
  if (of.kind === "incremental" && of.by === "partition") never("The partition", [of.column]);
  if (of.kind === "incremental" && of.by === "key") never("The key", of.key);
  if (of.kind === "snapshot") {
    never("The key", of.key);
    if (of.updatedAt !== undefined) never("updatedAt", [of.updatedAt]);
  }
}

function keyOf(of: Materialization): readonly string[] {
  return of.kind === "incremental" && of.by === "key" ? of.key : [];
}

/** The surrogate key of a snapshot. */
export function snapshotKey(name: string): string {
  return `${name.replace(/^dim_/, "")}_key`;
}

function storedTable(result: Table, of: Materialization): Table {
  if (of.kind !== "snapshot") return result;
  const as = (name: string, column: Column): Field => ({ name, column });
  return tableFromFields(result.name, [
    as(snapshotKey(result.name), int64()),
    ...result.fields,
    as(VALID_FROM, timestamp("us")),
    as(VALID_TO, nullable(timestamp("us"))),
    as(IS_CURRENT, bool()),
    as(IS_INFERRED, bool()),
  ]);
}
