import { ErpError } from "../failure.ts";
import type { Balance } from "../summary.ts";
import type { ControlSums } from "./control-sums.ts";

/** @throws ErpError ERP_BALANCE where a sum of gold is not that of the source. */
export function balancesOf(source: ControlSums, gold: ControlSums): Balance[] {
  const names = Object.keys(source) as (keyof ControlSums)[];
  const wrong = names.find((name) => source[name] !== gold[name]);
  if (wrong !== undefined) {
    throw new ErpError(
      "ERP_BALANCE",
      `The ${wrong} of gold is ${gold[wrong]}, that of the source ${source[wrong]}.`,
      {
        hint: "Look at the quarantine of silver: rows that are put aside are missing in gold.",
        details: { source: source[wrong], gold: gold[wrong] },
      },
    );
  }
  return names.map((name) => ({ name, source: source[name], gold: gold[name] }));
}
