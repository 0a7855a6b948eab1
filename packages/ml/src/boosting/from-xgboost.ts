import { MlError } from "../errors.ts";
import { largestRoundedBelow } from "../math/neighbours.ts";
import { logit } from "../math/portable.ts";
import { PartReader } from "../model/model-json.ts";
import { checkTrees } from "../trees/trees-json.ts";
import { TreeWriter } from "../trees/trees.ts";
import { GradientBoosting } from "./gradient-boosting.ts";

export interface FromXgboostOptions {
  /** Names for the features, in the model's order. Default: those in the model, or f0, f1, … */
  readonly features?: readonly string[] | undefined;
}

/**
 * A model that XGBoost saved as JSON (`save_model("model.json")`, versions 1 to 3): booster gbtree, objective
 * binary:logistic, splits on numbers. XGBoost rounds what it computes to single precision, this does not: margins agree
 * to about 1e-6, and every row takes the same way through every tree.
 *
 * @param json - the parsed file; it may come from anyone
 * @throws MlError ML_INVALID_MODEL where it is none, or one of another kind; ML_FEATURE_MISMATCH for the wrong number of
 * names.
 */
export function fromXgboost(json: unknown, options: FromXgboostOptions = {}): GradientBoosting {
  const learner = new PartReader(json, "model").part("learner");
  const objective = learner.part("objective");
  objective.oneOf("name", ["binary:logistic", "binary:logitraw"]);
  const booster = learner.part("gradient_booster");
  if (booster.has("name")) booster.oneOf("name", ["gbtree"]);
  const parameters = learner.part("learner_model_param");
  const count = parameters.wholeNumberText("num_feature", 1, 1_000_000);
  const features = options.features ?? namesOf(learner, count);
  if (features.length !== count) {
    throw new MlError(
      "ML_FEATURE_MISMATCH",
      `The model has ${count} features, and ${features.length} names were given.`,
      { hint: "Give one name a feature, in the order of the columns it was trained on." },
    );
  }
  const model = booster.part("model");
  const writer = new TreeWriter();
  for (const tree of model.parts("trees")) writeTree(tree, writer);
  const trees = writer.finish();
  checkTrees(trees, count, (array, problem) => model.invalid("trees", `${problem} (${array})`));
  const schema = { features, target: undefined, chosen: options.features !== undefined };
  return new GradientBoosting(schema, startOf(parameters), trees);
}

function namesOf(learner: PartReader, count: number): string[] {
  const names = learner.has("feature_names") ? learner.names("feature_names") : [];
  return names.length > 0 ? names : Array.from({ length: count }, (_, k) => `f${k}`);
}

/** The prior as log-odds; version 3 writes it as an array in text. */
function startOf(parameters: PartReader): number {
  const share = Number(parameters.text("base_score").replace(/^\[|\]$/g, ""));
  if (share > 0 && share < 1) return logit(Math.fround(share));
  throw parameters.invalid("base_score", "must be a probability");
}

function writeTree(tree: PartReader, writer: TreeWriter): void {
  const lefts = tree.numbers("left_children");
  const rights = tree.numbers("right_children", lefts.length);
  const features = tree.numbers("split_indices", lefts.length);
  const conditions = tree.numbers("split_conditions", lefts.length);
  const defaults = tree.numbers("default_left", lefts.length);
  const covers = tree.numbers("sum_hessian", lefts.length);
  if (tree.has("split_type") && tree.numbers("split_type").some((type) => type !== 0)) {
    throw tree.invalid("split_type", "has splits on categories, which are not read");
  }
  const work: { readonly from: number; readonly to: number }[] = [{ from: 0, to: writer.root() }];
  let visited = 0;
  for (let next = work.pop(); next !== undefined; next = work.pop()) {
    const { from, to } = next;
    if (!(from in lefts) || ++visited > lefts.length) {
      throw tree.invalid("left_children", "must lead to each node once");
    }
    const condition = Math.fround(conditions[from]!);
    const cover = Math.fround(covers[from]!);
    if (lefts[from] === -1) {
      writer.leaf(to, condition, cover);
      continue;
    }
    // XGBoost goes left where a single-precision value is below the threshold, not at it.
    const threshold = largestRoundedBelow(condition);
    const left = writer.split(to, features[from]!, threshold, defaults[from] === 1, cover);
    work.push({ from: rights[from]!, to: left + 1 }, { from: lefts[from]!, to: left });
  }
}
