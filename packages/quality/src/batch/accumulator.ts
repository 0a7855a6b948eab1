import type { BatchView } from "./view.ts";

/** Makes a summary of a column, batch after batch. */
export interface Accumulator<S> {
  add(view: BatchView): void;
  summary(): S;
}
