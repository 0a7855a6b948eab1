import type { Dialect, Sql } from "@lakewright/sql";

/** Statements in their order: of a load, of rules of access, of a retention. Prints as one script. */
export interface LoadPlan {
  readonly steps: readonly { readonly name: string; readonly sql: string }[];
  toString(): string;
}

/** One statement of a load, and what it is for. */
export interface Step {
  readonly name: string;
  readonly sql: Sql;
  /** It has something to do only where the delta has one of these; default: always. */
  readonly needs?: readonly string[] | undefined;
}

/** Statements as text for people: parameters shown as literals. Not to be run. */
function showStep(dialect: Dialect, step: Step): { name: string; sql: string } {
  const { text, parameters } = step.sql.render(dialect);
  if (parameters.length === 0) return { name: step.name, sql: text };
  const shown = parameters.map((parameter, k) => `$${k + 1} = ${show(parameter.value)}`);
  return { name: step.name, sql: `${text}\n-- ${shown.join(", ")}` };
}

function show(value: unknown): string {
  return typeof value === "string" ? `'${value}'` : String(value);
}

/** Steps as people read them. */
export function showPlan(dialect: Dialect, steps: readonly Step[]): LoadPlan {
  const shown = steps.map((step) => showStep(dialect, step));
  return {
    steps: shown,
    toString: () => shown.map((step) => `-- ${step.name}\n${step.sql};`).join("\n\n"),
  };
}
