import { WarehouseError } from "../../errors.ts";
import type { ExtractionState } from "./state.ts";

/** Where the text of a JSON state is kept: an object of a store, a file. */
export interface TextPlace {
  /** The text; undefined where there is none yet. */
  read(): Promise<string | undefined>;
  /** Replaces it, as a whole. */
  write(text: string): Promise<void>;
}

/** State in one JSON document: the path of a file, or a place of the caller's, for lakes without a database. */
export function jsonState(place: string | TextPlace): ExtractionState {
  throw new WarehouseError("WAREHOUSE_UNSUPPORTED", `Not yet: ${String(place)}`);
}
