import { type Dialect, id, joinSql, raw, type Sql, sql } from "@lakewright/sql";
import type { Dimension } from "../define/dimension.ts";
import { IS_CURRENT, IS_INFERRED, PROBLEM, ROW, VALID_FROM, VALID_TO } from "../define/names.ts";
import { columnList } from "../schema/create.ts";
import type { Place } from "../schema/place.ts";
import { assignments, columnsOf, DELTA, differ, equal, STAGE } from "./stage.ts";
import type { Step } from "./step.ts";

/** The step whose number of changed rows is that of members overwritten in place. */
export const OVERWRITE = "overwrite columns without history";

/** The statements that bring a delta into a dimension. */
export function applySteps(dialect: Dialect, place: Place, dimension: Dimension): Step[] {
  const { name, surrogateKey, key, input, versioning } = dimension;
  const target = place.id(name);
  const columns = input.fields.map((field) => field.name);
  const others = columns.filter((column) => !(key as readonly string[]).includes(column));
  const history = versioning === "scd2";
  const from = sql`${id(DELTA)} d, ${id(STAGE)} s`;
  const matched = sql`${id("m", surrogateKey)} = ${id("d", "member_key")} AND ${id("s", ROW)} = ${id("d", "stage_row")}`;
  const steps: Step[] = [];
  if (history) {
    steps.push({
      name: "close versions",
      sql: sql`UPDATE ${target} AS m SET ${id(VALID_TO)} = GREATEST(${id("d", "since")}, ${id("m", VALID_FROM)}), ${id(IS_CURRENT)} = FALSE
FROM ${id(DELTA)} d WHERE ${id("m", surrogateKey)} = ${id("d", "member_key")} AND ${id("d", "operation")} IN ('change', 'close')`,
    });
  }
  const inPlace = history ? ["fill"] : ["fill", "change"];
  steps.push({
    name: history ? "complete inferred members" : "update members",
    sql: sql`UPDATE ${target} AS m SET ${joinSql([
      ...(others.length > 0 ? [assignments("s", others)] : []),
      sql`${id(IS_INFERRED)} = FALSE`,
    ])}
FROM ${from} WHERE ${matched} AND ${id("d", "operation")} IN (${texts(inPlace)})`,
  });
  const opened = history ? [VALID_FROM, IS_CURRENT] : [];
  const values = history ? sql`, ${id("d", "since")}, TRUE` : raw("");
  steps.push({
    name: history ? "open versions" : "insert members",
    sql: sql`INSERT INTO ${target} (${columnList([...columns, ...opened, IS_INFERRED])})
SELECT ${columnsOf("s", columns)}${values}, FALSE
FROM ${id(DELTA)} d JOIN ${id(STAGE)} s ON ${id("s", ROW)} = ${id("d", "stage_row")}
WHERE ${id("d", "operation")} IN (${texts(history ? ["insert", "change"] : ["insert"])})
ORDER BY ${id("s", ROW)}`,
  });
  if (dimension.overwritten.length > 0) {
    steps.push({
      name: OVERWRITE,
      sql: sql`UPDATE ${target} AS m SET ${assignments("s", dimension.overwritten)}
FROM ${id(STAGE)} s WHERE ${equal("m", "s", key)} AND ${id("m", VALID_TO)} IS NULL AND ${id("s", PROBLEM)} IS NULL
AND (${differ(dialect, "m", "s", dimension.overwritten)})`,
    });
  }
  return steps;
}

function texts(values: readonly string[]): Sql {
  return raw(values.map((value) => `'${value}'`).join(", "));
}
