import {
  batchBuilder,
  type Columns,
  type Field,
  type RowInputOf,
  showValue,
  type Table,
} from "@lakewright/core";
import { assertKnown, isRecord } from "../options.ts";
import { assertColumns, invalidDefinition, namesOf } from "./names.ts";
import type { Role } from "./references.ts";
import type { AnyRow } from "./rows.ts";

/** What the members -1 and -2 have in columns other than their key; what is not named is null. */
export interface SpecialMembers<C extends Columns = Columns, K extends string = string> {
  /** Member -1: a fact says who, but nobody knows them, or does not say. */
  readonly unknown?: Label<C, K> | undefined;
  /** Member -2: there is nobody, as the courier of what was fetched. */
  readonly notApplicable?: Label<C, K> | undefined;
}

type Label<C extends Columns, K extends string> = Readonly<Partial<Omit<RowInputOf<C>, K>>>;

/** {@link SpecialMembers}, whatever the columns are. */
export interface SpecialMemberLabels {
  readonly unknown?: AnyRow | undefined;
  readonly notApplicable?: AnyRow | undefined;
}

/** The columns special members may have something in: all that name neither them nor others. */
export function labelColumns({
  input,
  key,
  outriggers,
}: {
  readonly input: Table;
  readonly key: readonly string[];
  readonly outriggers: readonly Role[];
}): readonly Field[] {
  const naming = new Set([...key, ...outriggers.flatMap((role) => role.from)]);
  return input.fields.filter((field) => !naming.has(field.name));
}

/** Refuses a label of a column that is not there or names members, and a value its column cannot hold. */
export function assertLabels(
  name: string,
  given: SpecialMemberLabels,
  input: Table,
  key: readonly string[],
  outriggers: readonly Role[],
): void {
  const subject = `specialMembers of "${name}"`;
  if (!isRecord(given)) {
    throw invalidDefinition(
      `${subject} is ${showValue(given)}, which is no object.`,
      'Write specialMembers: { unknown: { country: "Unknown" } }.',
    );
  }
  assertKnown(subject, given, ["unknown", "notApplicable"], "WAREHOUSE_INVALID_DEFINITION");
  const free = labelColumns({ input, key, outriggers }).map((field) => field.name);
  const columns = namesOf(input);
  for (const [member, label] of Object.entries(given) as [string, AnyRow | undefined][]) {
    if (label === undefined) continue;
    if (!isRecord(label)) {
      throw invalidDefinition(
        `The ${member} member of "${name}" is ${showValue(label)}, which is no object.`,
        `Give its columns: ${member}: { ${free[0] ?? "column"}: … }.`,
      );
    }
    assertColumns(name, `The ${member} member`, Object.keys(label), columns);
    const named = Object.keys(label).find((column) => !free.includes(column));
    if (named !== undefined) {
      throw invalidDefinition(
        `The ${member} member of "${name}" has the key column "${named}": a member of the source could have that key.`,
        "Label other columns; the key of special members is null.",
      );
    }
    assertValues(name, member, label, input);
  }
}

function assertValues(name: string, member: string, label: AnyRow, input: Table): void {
  const { invalid } = batchBuilder(input).buildValid([label]);
  const bad = invalid.find(({ column }) => label[column] !== undefined && label[column] !== null);
  if (bad === undefined) return;
  throw invalidDefinition(
    `The ${member} member of "${name}": column "${bad.column}": ${showValue(bad.value)} ${bad.problem}.`,
  );
}
