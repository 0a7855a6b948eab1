import type { Dimension } from "../../define/dimension.ts";
import { WarehouseError } from "../../errors.ts";
import { showMicros } from "../../instant.ts";

/** When the changes of a load take effect; they must not be older than what is there. */
export function effectiveMicros(
  dimension: Dimension,
  asked: bigint | undefined,
  now: bigint,
  newest: bigint | undefined,
  closing: boolean,
): bigint {
  if (asked === undefined) {
    // Two loads within one tick of the clock are still one after the other.
    return newest !== undefined && now <= newest ? newest + 1n : now;
  }
  if (newest === undefined || asked > newest || (asked === newest && !closing)) return asked;
  throw new WarehouseError(
    "WAREHOUSE_OUT_OF_ORDER",
    `The load of ${dimension.name} takes effect at ${showMicros(asked)}, and an earlier one did at ${showMicros(newest)}.`,
    {
      hint: "Load history in its order, or load it anew from there with restate: true.",
      details: { table: dimension.name, at: showMicros(asked), newest: showMicros(newest) },
    },
  );
}
