import { toRows } from "@lakewright/core";
import { defineLinker, person } from "../../src/index.ts";
import { makePeople, people } from "../people.ts";

/** Trains and clusters made-up people; the model and the pairs as text. */
export async function linked(): Promise<string> {
  const { rows } = makePeople(1500, 9);
  const model = await defineLinker(people, person()).train(rows, { seed: 7, maxPairs: 50_000 });
  const clusters = await model.cluster(rows);
  return JSON.stringify({
    model: model.toJson(),
    assignments: toRows(clusters.assignments),
    pairs: toRows(clusters.pairs),
  });
}
