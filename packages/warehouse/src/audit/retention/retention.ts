import { id, type Sql, sql } from "@lakewright/sql";
import { type Clock, systemClock } from "../../clock.ts";
import type { StarTable } from "../../define/star-table.ts";
import { assertList, assertTables, assertWarehouse } from "../../given.ts";
import { microsOf, showMicros } from "../../instant.ts";
import { lockTables, recountSnapshots, writeRemoval } from "../../load/ledger.ts";
import { assertKnown } from "../../options.ts";
import { Place } from "../../schema/place.ts";
import { showPlan, type Step } from "../../step.ts";
import type { Warehouse } from "../../warehouse.ts";
import { conditionOf, type Expiry, expiriesOf } from "./expiry.ts";
import type { RetentionPlan, RetentionRule, RetentionSummary } from "./types.ts";

/**
 * Says what is older than it may be. Facts go first, then ended versions no fact that stays refers to; current versions
 * and the members facts refer to always stay. The ledger of loads keeps its entries; what goes is one more in it, of the
 * mode "retention".
 *
 * @param tables - those the warehouse was opened with
 * @throws WarehouseError WAREHOUSE_INVALID_OPTION where a rule cannot tell how old the rows of its table are
 */
export async function planRetention(
  warehouse: Warehouse,
  tables: Readonly<Record<string, StarTable>>,
  rules: readonly RetentionRule[],
  options: { readonly clock?: Clock | undefined } = {},
): Promise<RetentionPlan> {
  assertKnown("planRetention", options, ["clock"]);
  assertWarehouse("planRetention", warehouse);
  assertTables("planRetention", tables);
  assertList("The rules of planRetention", rules, "Give a list of rules, one a table.");
  const { engine } = warehouse;
  const clock = options.clock ?? systemClock;
  const now = microsOf("The clock", clock.now());
  const place = new Place(warehouse.schema);
  const expiries = expiriesOf(warehouse, Object.values(tables), rules, now);
  const steps = expiries.map((expiry) => deletion(expiry, expiries));
  const counted: RetentionPlan["tables"][number][] = [];
  for (const expiry of expiries) {
    const { n } = await engine
      .query(
        sql`SELECT count(*) AS n FROM ${id(...expiry.path)} t WHERE ${conditionOf(expiry, expiries, "t")}`,
      )
      .row();
    counted.push({ table: expiry.name, rows: Number(n), before: expiry.before });
  }
  const { steps: shown } = showPlan(engine.dialect, steps);
  return {
    tables: counted,
    steps: shown,
    run: ({ signal } = {}) =>
      engine.transaction(
        async (session) => {
          const ruled = rules.flatMap(({ table }) => (table === "rejects" ? [] : [table]));
          if (ruled.length > 0) await lockTables(session, place, ruled);
          const deleted: RetentionSummary["tables"][number][] = [];
          for (const [k, step] of steps.entries()) {
            const rows = await session.execute(step.sql, { signal });
            const table = expiries[k]!.name;
            deleted.push({ table, rows });
            const removal = { table, mode: "retention", updated: 0, closed: rows } as const;
            if (expiries[k]!.isLog || rows === 0) continue;
            await writeRemoval(session, place, clock, removal);
            const fact = ruled.find((it) => it.kind === "fact" && it.name === table);
            if (fact?.kind === "fact") await recountSnapshots(session, place, fact, signal);
          }
          return { tables: deleted };
        },
        // What a load this one waited for has written must be seen.
        { signal, isolation: "read committed" },
      ),
    toString: () =>
      counted
        .map(({ table, rows, before }, k) => {
          return `-- ${table}: ${rows} rows from before ${showMicros(before)}\n${shown[k]!.sql};`;
        })
        .join("\n\n"),
  };
}

function deletion(expiry: Expiry, all: readonly Expiry[]): Step {
  const target: Sql = id(...expiry.path);
  const alias = expiry.name;
  return {
    name: `delete what is old of ${expiry.name}`,
    sql: sql`DELETE FROM ${target} WHERE ${conditionOf(expiry, all, alias)}`,
  };
}
