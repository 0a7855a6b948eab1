import type { LakeDatabase } from "../lake/database.ts";
import type { InputPlan } from "../mapping/plan.ts";
import { count, type Screen } from "@lakewright/example-report-kit";
import { type People, reconcile } from "./reconcile.ts";

export interface PeopleStep {
  readonly database: LakeDatabase;
  readonly plan: InputPlan;
  readonly seed: number;
  readonly screen: Screen;
}

/** Who is who: accounts that are one person, and a golden record of each. */
export async function peopleStep({ database, plan, seed, screen }: PeopleStep): Promise<People> {
  const step = screen.step("people");
  const people = await reconcile(database.engine, {
    columns: new Set(plan.columns.keys()),
    seed,
    onProgress: ({ done, total }) => step.progress(done, total),
  });
  const { accounts, people: persons, linked } = people;
  step.done(
    accounts === 0
      ? "the file names no users"
      : linked
        ? `${count(accounts)} accounts of ${count(persons)} people`
        : `${count(accounts)} users`,
  );
  return people;
}
