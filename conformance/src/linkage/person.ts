import { person, type PersonColumns } from "@lakewright/reconcile";
import type { LinkerPreset } from "@lakewright/reconcile";

/**
 * The one configuration for people: the preset, and what the columns of public data sets are called besides the usual
 * names. A role is given only where a table has all of its columns.
 */
export function personOf(columns: readonly string[]): LinkerPreset {
  const there = new Set(columns);
  const found = Object.entries(OTHER_NAMES).flatMap(([role, spellings]) => {
    const named = spellings.find((spelling) => spelling.every((column) => there.has(column)));
    return named ? [[role, named.length === 1 ? named[0] : named] as const] : [];
  });
  return person(Object.fromEntries(found) as PersonColumns);
}

const OTHER_NAMES: Readonly<Partial<Record<keyof PersonColumns, readonly (readonly string[])[]>>> =
  {
    given: [["fname_c1"]],
    surname: [["lname_c1"]],
    birthDate: [
      ["by", "bm", "bd"],
      ["birth_year", "birth_month", "birth_day"],
    ],
    city: [["birth_place"]],
    postcode: [["postcode_fake"]],
  };
