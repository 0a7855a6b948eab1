import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runs } from "../../../../test/runs.ts";
import { createTable, type LakeTable, memoryStore, openTable } from "../../src/index.ts";
import { after, dynamicStep, type Item, items, step, take, texted } from "./scenario.ts";

const VECTORS = { "delta.enableDeletionVectors": "true" };
const FEED = { "delta.enableChangeDataFeed": "true" };

/** What the change feed says of a version, taken from the rows before, gives the rows after. */
async function expectChanges(
  table: LakeTable<typeof items>,
  version: bigint,
  before: readonly Item[],
  later: readonly Item[],
): Promise<void> {
  const changes = await table.changes({ from: version, to: version }).rows();
  const rows = texted(before);
  const counts: Record<string, number> = {};
  for (const { _change_type: type } of changes) counts[type] = (counts[type] ?? 0) + 1;
  for (const change of changes) {
    if (change._change_type !== "delete" && change._change_type !== "update_preimage") continue;
    const [text] = texted([change]);
    const at = rows.indexOf(text!);
    expect(at, `${text} leaves and was there`).toBeGreaterThanOrEqual(0);
    rows.splice(at, 1);
  }
  for (const change of changes) {
    const comes = change._change_type === "insert" || change._change_type === "update_postimage";
    if (comes) rows.push(...texted([change]));
  }
  expect(rows.sort()).toEqual(texted(later));
  expect(counts["update_preimage"]).toBe(counts["update_postimage"]);
}

describe("a table agrees with a list of rows, whatever is done to it", () => {
  test.each([
    ["by copies", {}, []],
    ["by deletion vectors", VECTORS, []],
    ["by copies, with a change feed", FEED, []],
    ["by deletion vectors, with a change feed", { ...VECTORS, ...FEED }, []],
    ["by copies, in partitions, with a change feed", FEED, ["p"]],
    ["by deletion vectors, in partitions, with a change feed", { ...VECTORS, ...FEED }, ["p"]],
  ] as const)("%s", async (_, properties, partitionBy) => {
    const steps =
      partitionBy.length > 0 ? fc.oneof({ weight: 8, arbitrary: step }, dynamicStep) : step;
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { maxLength: 12 }), async (steps) => {
        const store = memoryStore();
        const table = await createTable(store, items, {
          partitionBy,
          properties,
          checkpointInterval: 4,
        });
        let rows: readonly Item[] = [];
        for (const step of steps) {
          const { version } = table;
          const before = rows;
          rows = after(rows, step);
          const { written } = await take(table, step);
          expect(table.version).toBe(version + (written ? 1n : 0n));
          expect(texted(await table.scan().rows())).toEqual(texted(rows));
          if (!written) expect(texted(rows)).toEqual(texted(before));
          else if ("delta.enableChangeDataFeed" in properties) {
            await expectChanges(table, table.version, before, rows);
          }
        }
        expect(texted(await (await openTable(store)).scan().rows())).toEqual(texted(rows));
      }),
      { numRuns: runs(35) },
    );
  });
});
