import type { StarTable } from "../define/star-table.ts";
import type { Deletes, LoadMode, LoadOptions } from "./options.ts";

/** What a kind of table can be loaded by. */
interface TableKind {
  readonly what: string;
  /** The default first. */
  readonly modes: readonly LoadMode[];
  readonly deletes: readonly Deletes[];
  /** Options that mean something, besides those of all. */
  readonly options: readonly (keyof LoadOptions)[];
}

const CLOSING = ["deletes", "scope", "maxClosedShare"] as const;

export const TABLE_KINDS: Readonly<
  Record<"members" | "history" | "facts" | "snapshots" | "groups", TableKind>
> = {
  members: {
    what: "a dimension without history",
    modes: ["upsert", "append"],
    deletes: ["tombstone"],
    options: CLOSING,
  },
  history: {
    what: "a dimension with history",
    modes: ["scd2"],
    deletes: ["close", "tombstone"],
    options: [...CLOSING, "at", "restate"],
  },
  facts: {
    what: "a fact table",
    modes: ["upsert", "append", "rebuild"],
    deletes: ["delete"],
    options: [...CLOSING, "unknownMembers"],
  },
  snapshots: {
    what: "a snapshot fact",
    modes: ["replaceSnapshot"],
    deletes: [],
    options: ["unknownMembers", "snapshot"],
  },
  groups: {
    what: "a bridge, whose rows are whole groups",
    modes: ["upsert"],
    deletes: [],
    options: ["unknownMembers"],
  },
};

export function kindOf(table: StarTable): keyof typeof TABLE_KINDS {
  if (table.kind === "dimension") return table.versioning === "scd2" ? "history" : "members";
  if (table.group) return "groups";
  return table.snapshot ? "snapshots" : "facts";
}
