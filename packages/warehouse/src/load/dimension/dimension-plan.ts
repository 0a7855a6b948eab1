import { id, raw, type Sql, sql } from "@lakewright/sql";
import type { Dimension } from "../../define/dimension.ts";
import {
  IS_CURRENT,
  IS_DELETED,
  IS_INFERRED,
  namesOf,
  VALID_FROM,
  VALID_TO,
} from "../../define/names.ts";
import type { Writer } from "../../schema/create.ts";
import { assignments, columnList, columnsUnder, differ, equal } from "../../sql-text.ts";
import type { Step } from "../../step.ts";
import { DELTA, MEMBER, OPERATION, PROBLEM, ROW, SINCE, STAGE } from "../temporary-tables.ts";
import type { DeltaOperation, DimensionRequest } from "./delta.ts";

/** The step whose number of changed rows is that of members overwritten in place. */
export const OVERWRITE = "overwrite columns without history";

/** The statements that bring a delta into a dimension. */
export function applySteps(
  writer: Writer,
  dimension: Dimension,
  request: DimensionRequest,
): Step[] {
  return dimension.versioning === "scd2"
    ? historySteps(writer, dimension, request)
    : memberSteps(writer, dimension, request);
}

function historySteps(writer: Writer, dimension: Dimension, { deletes }: DimensionRequest): Step[] {
  const { dialect, place } = writer;
  const { name, surrogateKey, key, overwritten } = dimension;
  const target = place.id(name);
  const columns = namesOf(dimension.input);
  const opened = columnList([...columns, VALID_FROM, IS_CURRENT, IS_INFERRED, IS_DELETED]);
  const steps: Step[] = [
    {
      name: "close versions",
      needs: ["change", "reopen", "close"],
      sql: dialect.updateFrom({
        target,
        alias: "m",
        set: [
          [VALID_TO, sql`GREATEST(${id("d", SINCE)}, ${id("m", VALID_FROM)})`],
          [IS_CURRENT, sql`FALSE`],
        ],
        ...changedMembers(writer, ["change", "reopen", "close"], surrogateKey),
      }),
    },
    updateInPlace(writer, dimension, "complete inferred members", ["fill"]),
    {
      name: "open versions",
      needs: ["insert", "change", "reopen"],
      sql: sql`INSERT INTO ${target} (${opened})
SELECT ${columnsUnder("d", columns)}, ${id("d", SINCE)}, TRUE, FALSE, FALSE
FROM ${id(DELTA)} d
WHERE ${isOne(["insert", "change", "reopen"])}
ORDER BY ${id("d", ROW)}`,
    },
  ];
  if (deletes === "tombstone") {
    steps.push({
      name: "open versions that are marked as deleted",
      needs: ["close"],
      sql: sql`INSERT INTO ${target} (${opened})
SELECT ${columnsUnder("m", columns)}, ${id("m", VALID_TO)}, TRUE, FALSE, TRUE
FROM ${id(DELTA)} d JOIN ${target} m ON ${id("m", surrogateKey)} = ${id("d", MEMBER)}
WHERE ${isOne(["close"])}`,
    });
  }
  if (overwritten.length > 0) {
    steps.push({
      name: OVERWRITE,
      sql: dialect.updateFrom({
        target,
        alias: "m",
        set: assignments("s", overwritten),
        from: sql`${id(STAGE)} s`,
        where: sql`${equal("m", "s", key)} AND ${id("m", VALID_TO)} IS NULL AND ${id("s", PROBLEM)} IS NULL
AND (${differ(dialect, "m", "s", overwritten)})`,
      }),
    });
  }
  return steps;
}

function memberSteps(writer: Writer, dimension: Dimension, { deletes }: DimensionRequest): Step[] {
  const { dialect, place } = writer;
  const { name, surrogateKey, versioning } = dimension;
  const target = place.id(name);
  const columns = namesOf(dimension.input);
  const mark = (step: string, operation: DeltaOperation, value: Sql): Step => ({
    name: step,
    needs: [operation],
    sql: dialect.updateFrom({
      target,
      alias: "m",
      set: [[IS_DELETED, value]],
      from: sql`${id(DELTA)} d`,
      where: sql`${id("m", surrogateKey)} = ${id("d", MEMBER)} AND ${isOne([operation])}`,
    }),
  });
  const steps: Step[] = [
    updateInPlace(
      writer,
      dimension,
      "update members",
      versioning === "scd0" ? ["fill"] : ["fill", "change", "reopen"],
    ),
    {
      name: "insert members",
      needs: ["insert"],
      sql: sql`INSERT INTO ${target} (${columnList([...columns, IS_INFERRED, IS_DELETED])})
SELECT ${columnsUnder("d", columns)}, FALSE, FALSE
FROM ${id(DELTA)} d
WHERE ${isOne(["insert"])}
ORDER BY ${id("d", ROW)}`,
    },
  ];
  if (versioning === "scd0") steps.push(mark("bring members back", "reopen", sql`FALSE`));
  if (deletes === "tombstone") steps.push(mark("mark members as deleted", "close", sql`TRUE`));
  return steps;
}

/** The members of a delta, in the order they are stored in: so the same pages are met one after the other. */
function changedMembers(
  { capabilities }: Writer,
  operations: readonly DeltaOperation[],
  surrogateKey: string,
): { readonly from: Sql; readonly where: Sql } {
  const same = sql`${id("m", surrogateKey)} = ${id("d", MEMBER)}`;
  // Without hashing, the delta is in the order of the rows that came, and a sorted copy of it costs more.
  if (!capabilities.hashJoins) {
    return { from: sql`${id(DELTA)} d`, where: sql`${same} AND ${isOne(operations)}` };
  }
  return {
    from: sql`(SELECT * FROM ${id(DELTA)} d WHERE ${isOne(operations)} ORDER BY ${id(MEMBER)}) d`,
    where: same,
  };
}

function updateInPlace(
  writer: Writer,
  dimension: Dimension,
  step: string,
  operations: readonly DeltaOperation[],
): Step {
  const { dialect, place } = writer;
  const { name, surrogateKey, key, versioning } = dimension;
  const others = namesOf(dimension.input).filter(
    (column) => !(key as readonly string[]).includes(column),
  );
  const target = place.id(name);
  const set = [
    ...assignments("d", others),
    [IS_INFERRED, sql`FALSE`],
    [IS_DELETED, sql`FALSE`],
  ] as const;
  // A version has columns besides, which stay as they are.
  if (dialect.overwrite === undefined || versioning === "scd2") {
    const changed = changedMembers(writer, operations, surrogateKey);
    return {
      name: step,
      needs: operations,
      sql: dialect.updateFrom({ target, alias: "m", set, ...changed }),
    };
  }
  const same = [[surrogateKey, id("d", MEMBER)] as const, ...assignments("d", key)];
  const from = sql`${id(DELTA)} d`;
  return {
    name: step,
    needs: operations,
    sql: dialect.overwrite({ target, same, set, from, where: isOne(operations) }),
  };
}

/** `d.operation IN (…)` */
function isOne(operations: readonly DeltaOperation[]): Sql {
  return sql`${id("d", OPERATION)} IN (${raw(operations.map((name) => `'${name}'`).join(", "))})`;
}
