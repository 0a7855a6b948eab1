import { id, type SqlSession, sql } from "@lakewright/sql";
import type { ColumnUse } from "../build/expr.ts";
import { assertKnown } from "../../options.ts";
import { inlined } from "../cast.ts";
import { compileModel, type Target } from "../compile.ts";
import { assertModel } from "../given.ts";
import type { Model } from "../model.ts";
import { neutralTarget } from "../project.ts";
import { type Relation, relationTable } from "../relation.ts";
import { analyse, type TableColumns } from "./analyse.ts";
import { node, nodes, type Node, Unfollowed } from "./syntax.ts";

/** Where the columns of a model come from. */
export interface ColumnLineage {
  /** "builder" is exact by construction; "parsed" was read from the syntax tree of the SQL. */
  readonly from: "builder" | "parsed";
  /** For each column, the columns its values come from, or that decide about them. */
  readonly columns: ReadonlyMap<string, readonly ColumnUse[]>;
  /** Columns that decide which rows there are: of joins, filters, groups. */
  readonly deciders: readonly ColumnUse[];
}

/** What reads the queries written by hand. */
export interface ColumnLineageOptions {
  /** A DuckDB that parses SQL written by hand; that of WebAssembly cannot, and gives no lineage. Default: none. */
  readonly parser?: SqlSession | undefined;
}

/**
 * The lineage of a model by column. Of the builder's queries it is exact. SQL written by hand is parsed by DuckDB where
 * a session of it is given: exact for the SQL both engines read alike; undefined where the tree has something that is
 * not followed, or there is no parser.
 *
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION
 */
export function columnLineage(
  model: Model,
  options: ColumnLineageOptions = {},
): Promise<ColumnLineage | undefined> {
  assertKnown("columnLineage", options, ["parser"]);
  assertModel("columnLineage", model);
  return columnLineageOn(neutralTarget(), model, options.parser);
}

/** {@link columnLineage} of the query as one engine takes it. */
export async function columnLineageOn(
  target: Target,
  model: Model,
  parser: SqlSession | undefined,
): Promise<ColumnLineage | undefined> {
  const { query } = compileModel(model, target);
  if (query !== undefined) {
    const columns = [...query.outputs].map(
      ([name, { of }]) => [name, merge([...(of.direct ?? []), ...(of.indirect ?? [])])] as const,
    );
    return { from: "builder", columns: new Map(columns), deciders: merge(query.deciders) };
  }
  return parser?.capabilities.syntaxTrees ? parsedLineage(model, target, parser) : undefined;
}

async function parsedLineage(
  model: Model,
  target: Target,
  parser: SqlSession,
): Promise<ColumnLineage | undefined> {
  const names = new Map<Relation, string>();
  const resolve: Target["resolve"] = (relation) => {
    const name = names.get(relation) ?? `wh_relation_${names.size}`;
    names.set(relation, name);
    return id(name);
  };
  const { text } = compileModel(model, { ...target, resolve });
  const tree = await parse(parser, text);
  const tables = new Map(
    [...names].map(([relation, name]) => [name, { columns: columnsOf(relation) }]),
  );
  try {
    if (tree === undefined) return undefined;
    const found = analyse(tree, { tables, outer: undefined });
    const columns = model.result.fields.map(
      ({ name }) => [name, merge(found.columns.get(name.toLowerCase()) ?? [])] as const,
    );
    return { from: "parsed", columns: new Map(columns), deciders: merge(found.deciders) };
  } catch (error) {
    if (error instanceof Unfollowed) return undefined;
    throw error;
  }
}

/** The tree of a query; undefined where the text is not one query DuckDB can read. */
async function parse(parser: SqlSession, text: string): Promise<Node | undefined> {
  const literal = inlined(parser.dialect, sql`${text}`);
  const { tree } = await parser.query(sql`SELECT json_serialize_sql(${literal}) AS tree`).row();
  const statements = nodes(JSON.parse(String(tree)) as Node, "statements");
  return statements.length === 1 ? node(statements[0]!, "node") : undefined;
}

function columnsOf(relation: Relation): TableColumns {
  return new Map(
    relationTable(relation).fields.map(({ name }) => [
      name.toLowerCase(),
      [{ relation, column: name, use: "IDENTITY" }] as const,
    ]),
  );
}

/** Each use once. */
function merge(uses: readonly ColumnUse[]): ColumnUse[] {
  const seen = new Map<string, ColumnUse>();
  for (const use of uses) {
    seen.set(JSON.stringify([use.relation.kind, use.relation.name, use.column, use.use]), use);
  }
  return [...seen.values()];
}
