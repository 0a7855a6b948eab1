import type { Data } from "apache-arrow";
import type { VectorView } from "./view.ts";

/** Collects one column of a result as Arrow buffers. */
export interface ColumnSink {
  /** Bytes held so far, about. */
  readonly byteLength: number;
  /** Rows [from, to) of the vector. */
  append(view: VectorView, from: number, to: number): void;
  /** What was appended since the last call. */
  finish(): Data;
}
