import {
  date,
  type Field,
  int32,
  type JobOptions,
  type RowsOrBatches,
  showValue,
  type Table,
  tableFromFields,
  toBatches,
} from "@lakewright/core";
import { type Dialect, id, joinSql, raw, type Sql, type SqlSession, sql } from "@lakewright/sql";
import type { Fact } from "../define/fact.ts";
import { namesOf } from "../define/names.ts";
import type { Role } from "../define/references.ts";
import type { StarTable } from "../define/star-table.ts";
import { WarehouseError } from "../errors.ts";
import { assertKnown, invalid } from "../options.ts";
import type { Writer } from "../schema/create.ts";
import { layoutOf } from "../schema/layout.ts";
import { columnList, columnsUnder, equal } from "../sql-text.ts";
import { type LoadPlan, showPlan, type Step } from "../step.ts";
import { type ClosingWords, guardClosing } from "./closing.ts";
import { count, type LoadContext, runStep } from "./context.ts";
import { isLoaded, lockTables, recountSnapshots, writeRemoval } from "./ledger.ts";
import { isNamed, named } from "./members/lookup.ts";
import { assertLoadId } from "./request.ts";
import { createTemporary, dropTemporary, grainWithin } from "./stage/stage.ts";
import { CHOSEN, STAGE } from "./temporary-tables.ts";

export interface DeleteFactsOptions extends Pick<JobOptions, "signal"> {
  /** Names the deletion: it is done once, and counts among the loads of the table. Default: a name of its own. */
  readonly loadId?: string | undefined;
  /** Refuses to delete more than this share of the rows. Default 0.2, as for loads. */
  readonly maxClosedShare?: number | undefined;
}

/** What a deletion of facts did. */
export interface DeleteFactsSummary {
  readonly loadId: string;
  /** False where a deletion or load of this name was there: then nothing was done. */
  readonly applied: boolean;
  /** Different keys given. */
  readonly keys: number;
  /** Rows that went: several of a key where its member has versions of which facts are. */
  readonly deleted: number;
  /** Keys no row has. */
  readonly missing: number;
}

/** @throws WarehouseError WAREHOUSE_INVALID_OPTION, WAREHOUSE_UNSUPPORTED */
export function assertDeleteFacts(dialect: Dialect, fact: Fact, options: DeleteFactsOptions): void {
  const subject = `A deletion from "${fact.name}"`;
  if ((fact as StarTable).kind !== "fact") {
    throw invalid(
      `"${fact.name}" is a dimension, which has no facts.`,
      "delete() removes members.",
    );
  }
  assertKnown(subject, options, ["loadId", "maxClosedShare", "signal"]);
  assertLoadId(dialect, subject, options.loadId);
  const { maxClosedShare: share } = options;
  if (share !== undefined && !(share >= 0 && share <= 1)) {
    throw invalid(`maxClosedShare is ${showValue(share)}, which is no share from 0 to 1.`);
  }
  if (fact.group === undefined) return;
  throw new WarehouseError(
    "WAREHOUSE_UNSUPPORTED",
    `"${fact.name}" is a bridge: a member alone cannot be deleted from a group, whose weights would not be 1 any more.`,
    { hint: "Load the group anew without the member, or delete the member from its dimension." },
  );
}

/** The statements of a deletion, without running any; the keys are put into the first table. */
export function planDeleteFacts(context: LoadContext, fact: Fact): LoadPlan {
  return showPlan(context.dialect, [
    ...stageKeys(context, fact),
    ...chooseFacts(context, fact),
    removeFacts(context, fact),
    dropTemporary(context.dialect, CHOSEN),
    dropTemporary(context.dialect, STAGE),
  ]);
}

const OF_KEYS: ClosingWords = {
  who: "The keys name",
  limit: "may go in one deletion",
  hint: "Check the keys. If they are right, say so with maxClosedShare.",
};

/** Deletes the facts of the keys inside a transaction. Options are checked already. */
export async function deleteFacts(
  { session, context }: { readonly session: SqlSession; readonly context: LoadContext },
  fact: Fact,
  keys: RowsOrBatches,
  options: DeleteFactsOptions,
): Promise<DeleteFactsSummary> {
  const { dialect, place, clock } = context;
  const { name } = fact;
  const { loadId, signal } = options;
  const running = { session, options };
  await lockTables(session, place, [fact]);
  const asked = loadId ?? `delete ${crypto.randomUUID()}`;
  if (loadId !== undefined && (await isLoaded(session, place, name, loadId))) {
    return { loadId, applied: false, keys: 0, deleted: 0, missing: 0 };
  }
  for (const step of stageKeys(context, fact)) await runStep(running, step);
  const table = keyTable(fact);
  const given = toBatches(table, keys, { signal, unknownColumns: "error" });
  const { rows } = await session.load(STAGE, table, given, { signal });
  if (rows === 0) {
    throw invalid(
      `A deletion from "${name}" has no keys.`,
      "Give at least one; an iterator that was read before has none left.",
    );
  }
  const columns = columnsUnder("s", keyColumns(fact));
  const different = await count(running, {
    name: "count different keys",
    sql: sql`SELECT count(*) AS n FROM (SELECT DISTINCT ${columns} FROM ${id(STAGE)} s) k`,
  });
  const found = await count(running, {
    name: "count keys that name facts",
    sql: sql`SELECT count(*) AS n FROM (SELECT DISTINCT ${columns} ${factsOfKeys(context, fact)}) k`,
  });
  for (const step of chooseFacts(context, fact)) await runStep(running, step);
  const closing = await count(running, {
    name: "count facts of the keys",
    sql: sql`SELECT count(*) AS n FROM ${id(CHOSEN)}`,
  });
  const current = sql`FROM ${place.id(name)}`;
  const words = OF_KEYS;
  await guardClosing(running, { table: name, what: "rows", read: rows, closing, current, words });
  const deleted = await runStep(running, removeFacts(context, fact));
  await runStep(running, dropTemporary(dialect, CHOSEN));
  await runStep(running, dropTemporary(dialect, STAGE));
  const removal = { table: name, mode: "delete", updated: 0, closed: deleted } as const;
  await writeRemoval(session, place, clock, {
    ...removal,
    ...(deleted > 0 || loadId !== undefined ? { loadId: asked } : {}),
  });
  if (deleted > 0) await recountSnapshots(session, place, fact, signal);
  return { loadId: asked, applied: true, keys: different, deleted, missing: different - found };
}

/** The columns that name a row: its grain, with the natural keys of the roles in it, and the day and version of a snapshot. */
function keyTable(fact: Fact): Table {
  const { snapshot, input, name } = fact;
  const fields = new Map<string, Field>();
  if (snapshot) {
    fields.set(snapshot.date, { name: snapshot.date, column: date() });
    fields.set(snapshot.version, { name: snapshot.version, column: int32() });
  }
  for (const column of grainWithin(fact)) {
    for (const given of roleOf(fact, column)?.from ?? [column]) {
      fields.set(given, { name: given, column: input.columns[given]! });
    }
  }
  return tableFromFields(name, [...fields.values()]);
}

function keyColumns(fact: Fact): readonly string[] {
  return namesOf(keyTable(fact));
}

function roleOf({ roles }: Fact, column: string): Role | undefined {
  return roles.find((role) => role.column === column);
}

function stageKeys(writer: Writer, fact: Fact): Step[] {
  const table = keyTable(fact);
  const texts = new Map(keyColumns(fact).map((name) => [name, table.fields.length]));
  return createTemporary(writer, "create a table of the keys", STAGE, table, [], texts);
}

/** The facts (`f`) that keys (`s`) name: of a member with history, those of each of its versions. */
function factsOfKeys(writer: Writer, fact: Fact): Sql {
  const { place } = writer;
  const table = keyTable(fact);
  const members: Sql[] = [];
  const same = fact.grain.map((column) => {
    const role = roleOf(fact, column);
    if (role === undefined) return equal("f", "s", [column]);
    const alias = `r${members.length}`;
    const { name, surrogateKey } = role.dimension;
    const own = id(alias, surrogateKey);
    const isMember = named(writer, table, role, alias);
    const absent = sql`(NOT (${isNamed(role)}) AND ${own} = ${raw(String(role.absentKey))})`;
    members.push(
      sql`JOIN ${place.id(name)} ${id(alias)} ON ${role.optional ? sql`(${isMember} OR ${absent})` : isMember}`,
    );
    return sql`${id("f", column)} = ${own}`;
  });
  return sql`FROM ${id(STAGE)} s
${joinSql([...members, sql`JOIN ${place.id(fact.name)} f ON ${joinSql(same, " AND ")}`], "\n")}`;
}

function chooseFacts(writer: Writer, fact: Fact): Step[] {
  const { grain } = fact;
  const stored = layoutOf(fact).columns.filter((field) => grain.includes(field.name));
  return [
    ...createTemporary(
      writer,
      "create a table of the facts",
      CHOSEN,
      tableFromFields(CHOSEN, stored),
      grain,
    ),
    {
      name: "find the facts of the keys",
      sql: sql`INSERT INTO ${id(CHOSEN)} (${columnList(grain)})
SELECT DISTINCT ${columnsUnder("f", grain)} ${factsOfKeys(writer, fact)}`,
    },
  ];
}

function removeFacts({ dialect, place }: Writer, { name, grain }: Fact): Step {
  return {
    name: `delete facts of ${name}`,
    sql: dialect.deleteUsing({
      target: place.id(name),
      alias: "f",
      from: sql`${id(CHOSEN)} c`,
      where: equal("f", "c", grain),
    }),
  };
}
