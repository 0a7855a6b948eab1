import { isLakewrightError } from "@lakewright/core";
import { el } from "../dom.ts";

/** What went wrong, and what to do about it. */
export function problemBox(problem: unknown): HTMLElement {
  const message = problem instanceof Error ? problem.message : String(problem);
  const known = isLakewrightError(problem) ? problem : undefined;
  const hint = problem instanceof Error && "hint" in problem ? problem.hint : undefined;
  return el(
    "div",
    { class: "problem" },
    el("p", {}, message),
    typeof hint === "string" && el("p", { class: "soft" }, hint),
    known && el("p", { class: "soft small" }, known.code),
  );
}
