import { ReconcileError } from "../errors.ts";
import type { ComparisonLevel } from "./level.ts";

/** The name of the level of pairs that reach none of the levels listed. */
export const OTHERWISE = "otherwise";

/** How two records are compared in one respect. Levels are tried in order; the first that holds counts. */
export interface Comparison {
  readonly name: string;
  readonly field: string;
  /** The levels, strongest first. A last one, "otherwise", is understood. */
  readonly levels: readonly ComparisonLevel[];
  /** Pairs of which this holds give no evidence here, because another comparison has it. */
  readonly except?: ComparisonLevel | undefined;
}

export interface CompareOptions {
  /** The name in weights and explanations. Default: the field. */
  readonly name?: string | undefined;
  /** Pairs of which this holds give no evidence here, because another comparison has it. Default none. */
  readonly except?: ComparisonLevel | undefined;
}

/**
 * A comparison of one field: `compare("surname", [exact({ termFrequency: true }), similarity("jaroWinkler", 0.9)])`.
 * Where a record has no value, the pair gives no evidence either way.
 *
 * @throws ReconcileError RECONCILE_INVALID_LINKER where no level is given, or one twice.
 */
export function compare(
  field: string,
  levels: readonly ComparisonLevel[],
  options: CompareOptions = {},
): Comparison {
  const name = options.name ?? field;
  if (levels.length === 0) {
    throw new ReconcileError("RECONCILE_INVALID_LINKER", `Comparison "${name}" has no level.`, {
      hint: "Give it at least exact().",
    });
  }
  const names = new Set([OTHERWISE]);
  for (const level of levels) {
    if (names.has(level.name)) {
      throw new ReconcileError(
        "RECONCILE_INVALID_LINKER",
        `Comparison "${name}" has the level "${level.name}" twice.`,
      );
    }
    names.add(level.name);
  }
  return { name, field, levels, except: options.except };
}

/** The names of all levels of a comparison, "otherwise" last. */
export function levelNames(comparison: Comparison): string[] {
  return [...comparison.levels.map((level) => level.name), OTHERWISE];
}
