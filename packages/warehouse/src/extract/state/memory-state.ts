import { assertNext, type ExtractionState, type StateRecord } from "./state.ts";

/** State that lasts as long as the object: for tests, and for extractions that are each a first. */
export function memoryState(): ExtractionState {
  const records = new Map<string, StateRecord>();
  return {
    load: (name) => Promise.resolve(records.get(name)),
    commit: async (name, record) => {
      assertNext(name, records.get(name)?.sequence, record);
      await Promise.resolve(records.set(name, record));
    },
  };
}
