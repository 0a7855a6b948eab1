import { toRows } from "@lakewright/core";
import { describe, expect, it } from "vitest";
import { defineLinker, person, type PersonColumns } from "../../src/index.ts";
import { csvRows, dataFile, pairwise, textTable } from "../data.ts";

/** One preset for all; only columns with unusual names are named. Reached is what is asserted, less a small margin. */
const sets: readonly (readonly [set: string, columns: PersonColumns, f1: number])[] = [
  ["febrl1", {}, 0.995],
  ["febrl3", {}, 0.995],
  ["rldata500", { given: "fname_c1", surname: "lname_c1", birthDate: ["by", "bm", "bd"] }, 0.95],
  ["splink-fake1000", {}, 0.92],
  ["historical-50k-dev", { name: null, city: "birth_place", postcode: "postcode_fake" }, 0.9],
  [
    "historical-50k-dev",
    {
      given: null,
      surname: null,
      name: "first_and_surname",
      city: "birth_place",
      postcode: "postcode_fake",
    },
    0.9,
  ],
];

describe("people of public data sets, linked without labels", { timeout: 60_000 }, () => {
  it.each(sets)(
    "%s by %j: pairwise F1 of the clusters is at least %d",
    async (set, columns, f1) => {
      const records = dataFile(`${set}/records.csv`);
      const truths = dataFile(`${set}/truth_clusters.csv`);
      if (records === undefined || truths === undefined) return;
      const rows = csvRows(records);
      const linker = defineLinker(textTable("people", rows), person(columns));
      const read = await linker.read(rows);
      const model = await linker.train(read);
      const clusters = await model.cluster(read, { threshold: 0.8 });
      const found = toRows(clusters.assignments, clusters.assignmentsTable);
      const agreement = pairwise(
        new Map(found.map((row) => [row["id"] as string, row["cluster_id"]])),
        new Map(csvRows(truths).map((row) => [row["id"]!, row["cluster"]])),
      );
      expect(agreement.f1, JSON.stringify(agreement)).toBeGreaterThanOrEqual(f1);
    },
  );
});
