import type { Column } from "@lakewright/core";
import type { SqlSession } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import { assertList, assertSession } from "../../given.ts";
import { assertKnown } from "../../options.ts";
import { sourceDialect } from "../sources/sources.ts";
import type { SourceTable } from "./source-table.ts";

/** Which tables of a database are described, and as what their columns are read. */
export interface IntrospectOptions {
  /** Schema (of MySQL: database) to look into. Default: the current one. */
  readonly schema?: string | undefined;
  /** Tables to take, by name; `*` stands for any text: `["Sale*"]`. Default all. */
  readonly include?: readonly string[] | undefined;
  /** Tables to leave out, by name; `*` stands for any text. Default none. */
  readonly exclude?: readonly string[] | undefined;
  /** Views too. Default false. */
  readonly views?: boolean | undefined;
  /** The type a column is read as instead of the one found; undefined keeps what was found. utf8 casts it to text. */
  readonly columnType?:
    ((table: string, column: string, nativeType: string) => Column | undefined) | undefined;
  /** Stops the queries. Default none. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the definitions of the tables of a database from its catalog, in a handful of queries however many there are:
 * columns and types, keys, foreign keys, estimated rows, comments; ordered by name. A type that no table column holds
 * exactly is read as text and reported in `unsupported`. An enum is text: its values may grow.
 *
 * @throws WarehouseError WAREHOUSE_UNKNOWN_TABLE where a name of `include` (one without `*`) is no table of the schema,
 * or there is no such schema.
 */
export async function introspect(
  engine: SqlSession,
  options: IntrospectOptions = {},
): Promise<readonly SourceTable[]> {
  assertKnown("introspect", options, [
    "schema",
    "include",
    "exclude",
    "views",
    "columnType",
    "signal",
  ]);
  assertSession("introspect", engine);
  const { include = ["*"], exclude = [], views = false } = options;
  for (const [option, names] of Object.entries({ include, exclude })) {
    assertList(`The names of ${option}`, names, 'Write them in brackets: ["Sale*"].');
  }
  const taken = include.map(pattern);
  const left = exclude.map(pattern);
  const wanted = (name: string): boolean =>
    taken.some((one) => one.test(name)) && !left.some((one) => one.test(name));
  const tables = await sourceDialect(engine.dialect).catalog(engine, options, wanted);
  if (tables.length === 0 && options.schema !== undefined) {
    await assertSchema(engine, options.schema, options.signal);
  }
  const found = tables.filter(({ kind }) => views || kind === "table");
  for (const name of include.filter((name) => !name.includes("*"))) {
    if (found.some(({ table }) => table.name === name) || left.some((one) => one.test(name)))
      continue;
    const twin = found.find(({ table }) => table.name.toLowerCase() === name.toLowerCase());
    throw new WarehouseError("WAREHOUSE_UNKNOWN_TABLE", `The source has no table "${name}".`, {
      hint: twin
        ? `It has "${twin.table.name}": names are compared as they are written.`
        : "Give schema where it is in another one, and views: true where it is a view.",
    });
  }
  return found;
}

async function assertSchema(
  engine: SqlSession,
  schema: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const rows = await engine
    .query("SELECT schema_name AS name FROM information_schema.schemata", { signal })
    .rows();
  const names = rows.map((row) => String(row["name"]));
  if (names.includes(schema)) return;
  throw new WarehouseError("WAREHOUSE_UNKNOWN_TABLE", `The source has no schema "${schema}".`, {
    hint: `It has ${names.join(", ")}.`,
  });
}

function pattern(text: string): RegExp {
  const parts = text.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s");
}
