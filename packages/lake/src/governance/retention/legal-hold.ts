import { LakeError } from "../../errors.ts";
import type { LakeTable } from "../../table/types.ts";

/** The table property of a legal hold; its text says why. "" and "false" are none. */
const LEGAL_HOLD = "lakewright.legalHold";

export function legalHoldOf({ properties }: LakeTable): string | undefined {
  const text = properties[LEGAL_HOLD];
  return text === undefined || text === "" || text.toLowerCase() === "false" ? undefined : text;
}

/** @throws LakeError LAKE_CONSTRAINT_VIOLATED where the table is held. */
export function assertNotHeld(table: LakeTable, verb: string): void {
  const hold = legalHoldOf(table);
  if (hold === undefined) return;
  throw new LakeError(
    "LAKE_CONSTRAINT_VIOLATED",
    `${verb}: ${table.location} is under a legal hold (${hold}); nothing is removed.`,
    {
      hint: `Whoever may lift it does so by table.alter({ unsetProperties: ["${LEGAL_HOLD}"] }).`,
      details: { location: table.location, legalHold: hold },
    },
  );
}
