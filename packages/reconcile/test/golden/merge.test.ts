import {
  defineTable,
  decimal,
  list,
  nullable,
  type RowInput,
  timestamp,
  toRows,
  utf8,
} from "@lakewright/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { runs } from "../../../../test/runs.ts";
import {
  block,
  type Clusters,
  compare,
  defineLinker,
  exact,
  type MergeOptions,
} from "../../src/index.ts";

const table = defineTable("contacts", {
  id: utf8(),
  person: utf8(),
  source: nullable(utf8()),
  name: nullable(utf8()),
  street: nullable(utf8()),
  city: nullable(utf8()),
  balance: nullable(decimal(12, 2)),
  tags: nullable(list(utf8())),
  updated: nullable(timestamp("us")),
});
type Contact = RowInput<typeof table>;

const linker = defineLinker(table, {
  id: "id",
  source: "source",
  blocking: [block("person")],
  comparisons: [compare("person", [exact()])],
});
/** A model in which the same person is certainly one, so that clusters are known beforehand. */
const certain = linker.fromJson({
  format: "lakewright-link-model",
  version: 1,
  lambda: 0.01,
  records: 2,
  seed: 7,
  comparisons: [
    {
      name: "person",
      trainedOn: [],
      levels: [
        { name: "exact", m: 0.999, u: 0.00001 },
        { name: "otherwise", m: 0.001, u: 0.99999 },
      ],
    },
  ],
});
const clustersOf = (rows: readonly Contact[]): Promise<Clusters<typeof table>> =>
  certain.cluster(rows);

const ann: readonly Contact[] = [
  {
    id: "1",
    person: "ann",
    source: "crm",
    name: "Ann",
    street: "High St 1",
    city: null,
    updated: "2026-01-01T00:00:00Z",
  },
  {
    id: "2",
    person: "ann",
    source: "erp",
    name: "Annabel",
    street: null,
    city: "Leeds",
    balance: "10.50",
    updated: "2026-03-01T00:00:00Z",
  },
  {
    id: "3",
    person: "ann",
    source: "web",
    name: "Ann",
    street: "Low St 2",
    city: "York",
    tags: ["vip"],
    updated: "2026-02-01T00:00:00Z",
  },
];

async function golden(
  options: MergeOptions<typeof table>,
  rows = ann,
): Promise<Record<string, unknown>> {
  const [batch] = (await clustersOf(rows)).merge(options);
  return toRows(batch!)[0]!;
}

describe("a golden record", () => {
  it("takes what most records say, by default", async () => {
    expect(await golden({})).toMatchObject({
      id: "1",
      name: "Ann",
      street: "High St 1",
      tags: ["vip"],
    });
  });

  it("takes the first source that has a value", async () => {
    const options = { strategy: "priority", sources: ["erp", "web"] } as const;
    expect(await golden(options)).toMatchObject({
      name: "Annabel",
      street: "Low St 2",
      city: "Leeds",
    });
  });

  it("takes the latest value that is there", async () => {
    const row = await golden({ strategy: "mostRecent", recency: "updated" });
    expect(row).toMatchObject({ name: "Annabel", street: "Low St 2", city: "Leeds" });
    expect(String(row["balance"])).toBe("10.50");
  });

  it("takes the longest value, and single columns by strategies of their own", async () => {
    const columns = { city: "priority" } as const;
    expect(await golden({ strategy: "longest", columns, sources: ["web"] })).toMatchObject({
      name: "Annabel",
      city: "York",
    });
  });

  it("takes columns together from one record", async () => {
    const options = {
      strategy: "priority",
      sources: ["erp"],
      together: [["street", "city"]],
    } as const;
    expect(await golden(options)).toMatchObject({ street: null, city: "Leeds" });
  });

  it("never prefers a blank to a value", async () => {
    const rows: Contact[] = [
      { id: "a", person: "x", source: "crm", name: "  " },
      { id: "b", person: "x", source: "erp", name: "Xu" },
    ];
    expect(await golden({ strategy: "priority", sources: ["crm"] }, rows)).toMatchObject({
      name: "Xu",
    });
  });

  it("says where each value is from", async () => {
    const merged = (await clustersOf(ann)).merge({ strategy: "priority", sources: ["erp", "web"] });
    const of = Map.groupBy(toRows(merged.provenance), (row) => row["column"]);
    expect(of.get("name")).toEqual([
      {
        cluster_id: "1",
        column: "name",
        record_id: "2",
        source: "erp",
        strategy: "priority",
        support: 1,
        candidates: 3,
        conflict: true,
      },
    ]);
    expect(of.get("tags")![0]).toMatchObject({ record_id: "3", candidates: 1, conflict: false });
  });

  it.each([
    [{ strategy: "best" }, 'it must be one of "priority", "mostRecent", "mostFrequent", "longest"'],
    [{ strategy: "priority" }, "merge() by priority with sources []"],
    [{ strategy: "mostRecent" }, "merge() by mostRecent without recency"],
    [{ columns: { nme: "longest" } }, 'no column "nme"'],
    [{ columns: { name: "newest" } }, 'merge() of "name": strategy is "newest"'],
    [{ together: [["street"], ["street"]] }, 'Column "street" is merged twice.'],
  ])("%j is refused", async (options, message) => {
    const clusters = await clustersOf(ann);
    expect(() => clusters.merge(options as unknown as MergeOptions<typeof table>)).toThrow(message);
  });

  const text = fc.option(fc.constantFrom("a", "bb", "ccc", " "), { nil: null });
  const contacts = fc.uniqueArray(
    fc.record({
      id: fc.string({ minLength: 1, maxLength: 3 }),
      person: fc.constantFrom("p", "q", "r"),
      source: fc.option(fc.constantFrom("crm", "erp"), { nil: null }),
      name: text,
      city: text,
    }),
    { selector: (row) => row.id, maxLength: 10 },
  );

  it("has one row a cluster; each value is that of the record named, and none is lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        contacts,
        fc.constantFrom("mostFrequent", "longest", "priority"),
        async (rows, strategy) => {
          const clusters = await clustersOf(rows);
          const merged = clusters.merge({ strategy, sources: ["erp"] });
          const out = [...merged].flatMap((batch) => toRows(batch, table));
          expect(out.length).toBe(new Set(rows.map((row) => row.person)).size);
          const byId = new Map(rows.map((row) => [row.id, row]));
          const origins = new Map(
            toRows(merged.provenance).map((row) => [
              `${String(row["cluster_id"])}\n${String(row["column"])}`,
              row["record_id"] as string,
            ]),
          );
          for (const row of out) {
            const members = rows.filter((other) => other.person === row.person);
            expect(row.id).toBe(members.map((other) => other.id).sort()[0]);
            for (const column of ["name", "city"] as const) {
              const origin = origins.get(`${row.id}\n${column}`);
              const values = members.map((other) => other[column]?.trim()).filter(Boolean);
              if (origin === undefined) expect(values).toEqual([]);
              else {
                expect(byId.get(origin)![column]).toBe(row[column]);
                const counts = values.map(
                  (value) => values.filter((other) => other === value).length,
                );
                const most = Math.max(...counts);
                const own = values.filter((value) => value === row[column]).length;
                if (strategy === "mostFrequent") expect(own).toBe(most);
                if (strategy === "longest") {
                  expect(row[column]!.length).toBe(
                    Math.max(...values.map((value) => value!.length)),
                  );
                }
              }
            }
          }
        },
      ),
      { numRuns: runs(100) },
    );
  });
});
