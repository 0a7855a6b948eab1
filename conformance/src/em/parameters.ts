import type { Linker, LinkModel, LinkModelJson } from "@lakewright/reconcile";

/** m and u of the levels of a comparison, the strongest first. */
export type Levels = readonly { readonly m: number; readonly u: number }[];

/** How common the values of a comparison are taken to be. */
export interface Frequency {
  readonly agreement: number;
  readonly records: number;
}

/** A model of known parameters; what is not a parameter is that of a model of the same linker. */
export function withParameters(
  linker: Linker,
  model: LinkModel,
  lambda: number,
  levels: readonly Levels[],
  frequency: (name: string) => Frequency | undefined = () => undefined,
): LinkModel {
  const json = model.toJson();
  const comparisons = json.comparisons.map((comparison, k) => {
    const known = frequency(comparison.name);
    return {
      ...comparison,
      levels: comparison.levels.map(({ name }, l) => ({ name, ...levels[k]![l]! })),
      ...(comparison.frequencies && known
        ? { frequencies: { ...comparison.frequencies, ...known } }
        : {}),
    };
  });
  return linker.fromJson({ ...json, lambda, comparisons } satisfies LinkModelJson);
}
