import { describeType, type Table } from "@lakewright/core";
import { createTable, type SqlSession, sql } from "@lakewright/sql";
import { WarehouseError } from "../../errors.ts";
import { objectName, type Place } from "../../schema/place.ts";
import type { Work } from "../run/work.ts";

/** A type as the engine describes it. */
interface Described {
  readonly type: string;
  readonly scale: number | undefined;
}

type Family =
  "integer" | "decimal" | "float" | "text" | "bool" | "date" | "instant" | "naive" | "bytes";

/**
 * Makes the empty table a model is computed into, of the columns it is declared with, and compares what its query
 * gives with them: names, and types by what they hold.
 * Every time: what is declared of a source says nothing of what it has become.
 *
 * @returns the columns whose types differ in name, such as a sum's wide decimal: they are converted
 * @throws WarehouseError WAREHOUSE_MODEL_MISMATCH naming every column that does not fit.
 */
export async function makeStaging(work: Work, name: string): Promise<ReadonlySet<string>> {
  const { session, place, model, whole } = work;
  await session.execute(
    createTable(session.dialect, place.path(name), model.result, {
      checks: true,
      ...(hasPrimaryKey(work) ? { primaryKey: model.uniqueKey } : {}),
    }),
  );
  const probe = objectName(model.name, "wh_probe");
  await session.execute(sql`DROP TABLE IF EXISTS ${place.id(probe)}`);
  await session.execute(
    sql`CREATE TABLE ${place.id(probe)} AS SELECT * FROM (\n${whole.statement}\n) AS q LIMIT 0`,
  );
  const [wanted, found] = await describe(session, place, [name, probe]);
  await session.execute(sql`DROP TABLE ${place.id(probe)}`);
  const complaints = complain(model.result, wanted, found);
  if (complaints.length > 0) {
    throw new WarehouseError(
      "WAREHOUSE_MODEL_MISMATCH",
      `What model "${model.name}" gives does not fit its columns: ${complaints.join("; ")}.`,
      {
        hint: "Change the declared columns, or convert in the query: CAST(… AS …), round(…).",
        details: { model: model.name, complaints },
      },
    );
  }
  return new Set(
    [...wanted]
      .filter(([column, { type }]) => found.get(column)!.type !== type)
      .map(([column]) => column),
  );
}

/**
 * Whether the unique key is the table's primary key from the start, so that it holds before readers see the table, and
 * texts in it have a type that can be a key: where transactions do not hold DDL. Else an index is made after the swap.
 */
export function hasPrimaryKey({ session, model }: Work): boolean {
  const { uniqueKey, result } = model;
  const required = uniqueKey.every((name) => result.columns[name]!.nullable === false);
  return !session.capabilities.transactionalDdl && uniqueKey.length > 0 && required;
}

/** The columns of two tables, in one statement: catalogs are slow to ask. */
async function describe(
  session: SqlSession,
  place: Place,
  [first, second]: readonly [string, string],
): Promise<readonly [Map<string, Described>, Map<string, Described>]> {
  // The engine says which is which: some give names in another case than they were made with.
  const rows = await session
    .query(
      sql`SELECT CASE WHEN table_name = ${first} THEN 0 ELSE 1 END AS place,
  column_name AS name, data_type AS type, numeric_precision AS digits, numeric_scale AS scale
FROM information_schema.columns WHERE table_schema = ${place.schema} AND table_name IN (${first}, ${second})
ORDER BY ordinal_position`,
    )
    .rows();
  const both = [new Map<string, Described>(), new Map<string, Described>()] as const;
  for (const row of rows) {
    const base = String(row["type"]);
    const scale = row["scale"] === null ? undefined : Number(row["scale"]);
    const isBareDecimal = /^(numeric|decimal)$/i.test(base) && scale !== undefined;
    const type = isBareDecimal ? `${base}(${Number(row["digits"])},${scale})` : base;
    both[Number(row["place"]) as 0 | 1].set(String(row["name"]), { type, scale });
  }
  return both;
}

function complain(
  result: Table,
  wanted: ReadonlyMap<string, Described>,
  found: ReadonlyMap<string, Described>,
): string[] {
  const complaints: string[] = [];
  for (const { name, column } of result.fields) {
    const [declared, given] = [wanted.get(name), found.get(name)];
    if (declared === undefined) continue;
    if (given === undefined) complaints.push(`"${name}" is missing`);
    else if (given.type !== declared.type && !fits(declared, given)) {
      complaints.push(
        `"${name}" is ${given.type.toLowerCase()}, declared as ${describeType(column.type)}`,
      );
    }
  }
  for (const name of found.keys()) {
    if (!wanted.has(name)) complaints.push(`"${name}" is none of the declared columns`);
  }
  return complaints;
}

/** Whether the engine's conversion keeps what is meant: decimals round to the declared scale, doubles never become one. */
function fits(declared: Described, given: Described): boolean {
  const [to, from] = [familyOf(declared.type), familyOf(given.type)];
  if (to === undefined || from === undefined) return false;
  if (to === from) return true;
  if (to === "integer") return from === "decimal" && (given.scale ?? 0) === 0;
  if (to === "decimal") return from === "integer";
  if (to === "float") return from === "integer" || from === "decimal";
  return false;
}

const FAMILIES: readonly (readonly [RegExp, Family])[] = [
  [/\[\]$|^(struct|map|array|list)/i, "bytes"],
  [/^timestamp.*with time zone|^timestamptz/i, "instant"],
  [/^(timestamp|datetime)/i, "naive"],
  [/^date$/i, "date"],
  [/^(u?tinyint|u?smallint|u?mediumint|u?int|u?integer|u?bigint|u?hugeint|int\d)/i, "integer"],
  [/^(numeric|decimal)/i, "decimal"],
  [/^(real|float|double)/i, "float"],
  [/^bool/i, "bool"],
  [/^(var)?char|text$|^enum|^character/i, "text"],
  [/blob$|^bytea|^(var)?binary/i, "bytes"],
];

function familyOf(type: string): Family | undefined {
  const family = FAMILIES.find(([pattern]) => pattern.test(type))?.[1];
  // Nested types fit only where they are the same to the letter.
  return /\[\]$|^(struct|map|array|list)/i.test(type) ? undefined : family;
}
