import { type ExtractionState, jsonState } from "@lakewright/warehouse/extract";
import { mkdirSync } from "node:fs";
import { join } from "node:path";

/** How far each table was extracted: a file a table, so that tables which end at once do not write over each other. */
export function extractionState(folder: string): ExtractionState {
  mkdirSync(folder, { recursive: true });
  const states = new Map<string, ExtractionState>();
  const of = (name: string): ExtractionState => {
    const known = states.get(name);
    if (known) return known;
    const made = jsonState(join(folder, `${name}.json`));
    states.set(name, made);
    return made;
  };
  return {
    load: (name) => of(name).load(name),
    commit: (name, record) => of(name).commit(name, record),
  };
}
