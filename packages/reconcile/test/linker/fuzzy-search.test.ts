import { toRows } from "@lakewright/core";
import Fuse from "fuse.js";
import { expect, it } from "vitest";
import { defineLinker, person } from "../../src/index.ts";
import { csvRows, dataFile, pairwise, textTable } from "../data.ts";

it("finds more than a fuzzy search for the most similar name", { timeout: 60_000 }, async () => {
  const records = dataFile("splink-fake1000/records.csv");
  const truths = dataFile("splink-fake1000/truth_clusters.csv");
  if (records === undefined || truths === undefined) return;
  const rows = csvRows(records);
  const truth = new Map(csvRows(truths).map((row) => [row["id"]!, row["cluster"]]));
  const named = rows.map((row) => ({
    id: row["id"]!,
    name: `${row["first_name"] ?? ""} ${row["surname"] ?? ""}`.trim(),
  }));
  const fuse = new Fuse(named, { keys: ["name"], includeScore: true, threshold: 0.2 });
  const joined = new Map(named.map(({ id }) => [id, id]));
  for (const { id, name } of named) {
    const best = name && fuse.search(name).find((hit) => hit.item.id !== id);
    if (!best) continue;
    const [from, to] = [joined.get(best.item.id)!, joined.get(id)!];
    for (const [other, cluster] of joined) if (cluster === from) joined.set(other, to);
  }
  const linker = defineLinker(textTable("people", rows), person());
  const clusters = await (await linker.train(rows)).cluster(rows);
  const found = toRows(clusters.assignments).map(
    (row) => [row["id"] as string, row["cluster_id"]] as const,
  );
  const search = pairwise(joined, truth);
  const linked = pairwise(new Map(found), truth);
  expect(linked.f1 - search.f1, JSON.stringify({ search, linked })).toBeGreaterThan(0.3);
});
