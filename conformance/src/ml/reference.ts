import { existsSync } from "node:fs";
import { join } from "node:path";
import { jsonOf } from "../files.ts";
import { CannotRun, type Outcome } from "../suite.ts";

/** Values other libraries found, by subject and then by data set or model. */
export type Reference = Readonly<
  Record<string, { readonly dev?: Readonly<Record<string, unknown>> } | undefined>
>;

/** What a part of the suite is given. */
export interface Part {
  /** The folder of the data. */
  readonly folder: string;
  readonly reference: Reference;
  readonly wants: (name: string) => boolean;
  readonly metric: (name: string, value: number) => void;
}

/** Judges the cases of one subject. */
export type Judge = (part: Part) => AsyncIterable<Outcome>;

export function readReference(folder: string): Reference {
  const path = join(folder, "reference.json");
  if (!existsSync(path)) throw new CannotRun(`${folder} has no reference.json.`);
  return jsonOf(path) as Reference;
}

/** The values of a subject that are objects: data sets or models, not remarks. */
export function entriesOf(
  reference: Reference,
  subject: string,
): readonly (readonly [name: string, value: Readonly<Record<string, unknown>>])[] {
  return Object.entries(reference[subject]?.dev ?? {}).flatMap(([name, value]) =>
    typeof value === "object" && value !== null && !name.startsWith("_")
      ? [[name, value as Readonly<Record<string, unknown>>] as const]
      : [],
  );
}
