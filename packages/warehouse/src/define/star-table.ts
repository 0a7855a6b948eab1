import type { Dimension } from "./dimension.ts";
import type { Fact } from "./fact.ts";

/** What a warehouse is made of. */
export type StarTable = Dimension | Fact;
