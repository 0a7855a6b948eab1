import { oneOfTexts, type OptionRule, positiveInteger } from "../options.ts";

/** How the options of blocking are checked. */
export const blockingRules: Readonly<Record<string, OptionRule>> = {
  maxPairsPerRecord: positiveInteger,
  largeBlocks: oneOfTexts(["skip", "error"]),
};
