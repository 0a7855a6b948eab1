import { derive, type KeyPart, phonetic, prefix } from "../blocking/key-part.ts";
import { block, type BlockingRule } from "../blocking/rule.ts";
import { compare, type Comparison } from "../compare/comparison.ts";
import { distance, exact, same, similarity, swapped } from "../compare/level.ts";
import type { LinkerPreset } from "../linker/definition.ts";
import { NAMES, personFields } from "./fields.ts";
import { type PersonColumns, resolveRoles } from "./roles.ts";

/**
 * Links records of persons: what is compared, how, and which pairs, for the columns a table has.
 * Values are compared without regard to case, accents and punctuation.
 *
 * @param columns - which columns say what; by default they are recognised by their usual names.
 * @throws ReconcileError when the linker is defined: RECONCILE_INVALID_LINKER where no id column is found, or nothing to
 * link by; RECONCILE_UNKNOWN_COLUMN.
 */
export function person(columns: PersonColumns = {}): LinkerPreset {
  return (table) => {
    const roles = resolveRoles(table, columns);
    const fields = personFields(roles);
    const has = (field: string): boolean => field in fields;
    return {
      id: roles.id[0],
      source: roles.source?.[0],
      fields,
      comparisons: comparisonsOf(has),
      blocking: blockingOf(has),
    };
  };
}

const year = derive("year(birthDate)", "birthDate", (day) => /^\d{4}(?=-)/.exec(day)?.[0]);
const monthDay = derive(
  "day(birthDate)",
  "birthDate",
  (day) => /^.{4}-(\d\d-\d\d)$/.exec(day)?.[1],
);
const mailbox = derive("mailbox(email)", "email", (email) => email.split("@")[0]);
/** A postcode without what tells streets apart: "SW1A 1AA" gives "sw1a". Short ones are whole. */
const district = derive("district(postcode)", "postcode", (code) =>
  code.length > 4 ? code.slice(0, -3) : code,
);

function comparisonsOf(has: (field: string) => boolean): Comparison[] {
  const byFrequency = exact({ termFrequency: true });
  const close = similarity("jaroWinkler", 0.92);
  const near = similarity("jaroWinkler", 0.8);
  const bothNames = has("given") && has("surname");
  const swap = bothNames ? [swapped("surname")] : [];
  const all: Comparison[] = [
    compare("given", [byFrequency, ...swap, close, near]),
    // Names in each other's place are evidence once.
    compare("surname", [byFrequency, close, near], bothNames ? { except: swapped("given") } : {}),
    compare("birthDate", [byFrequency, distance("osa", 1), distance("osa", 2), same(year)]),
    compare("nationalId", [exact(), distance("osa", 1), distance("osa", 2)]),
    // Addresses are often made of names: of two people of one name, that theirs are similar says nothing.
    compare(
      "email",
      [byFrequency, same(mailbox), close, similarity("jaroWinkler", 0.85)],
      bothNames ? { except: same(NAMES) } : {},
    ),
    compare("phone", [byFrequency, distance("osa", 1)]),
    compare("postcode", [byFrequency, distance("osa", 1), same(district)]),
    compare("address", [byFrequency, close, near]),
    compare("houseNumber", [byFrequency, distance("osa", 1)]),
    compare("addressLine2", [byFrequency, similarity("jaroWinkler", 0.9)]),
    compare("city", [byFrequency, similarity("jaroWinkler", 0.88)]),
    compare("region", [byFrequency]),
    compare("country", [byFrequency]),
    compare("gender", [exact()]),
    compare("occupation", [byFrequency]),
  ];
  return all.filter((comparison) => has(comparison.field));
}

/** Each rule is of two or three things that seldom agree by chance, and forgives mistakes in the others. */
function blockingOf(has: (field: string) => boolean): BlockingRule[] {
  const rules: (readonly (string | KeyPart)[])[] = [
    ["nationalId"],
    ["email"],
    ["phone"],
    [NAMES],
    ["given", "birthDate"],
    ["surname", "birthDate"],
    [prefix("given", 2), prefix("surname", 2), year],
    [prefix("given", 1), prefix("surname", 1), monthDay],
    [prefix("given", 2), prefix("surname", 2), district],
    [district, "birthDate"],
    ["postcode", "given"],
    ["postcode", "surname"],
    ["city", "birthDate"],
    ["city", phonetic("surname")],
    ["city", phonetic("given")],
    [phonetic("surname"), year],
    [phonetic("given"), year],
    ["address", "houseNumber"],
    [mailbox],
    [prefix("email", 7), year],
  ];
  return rules
    .filter((parts) => parts.every((part) => has(typeof part === "string" ? part : part.field)))
    .map((parts) => block(...parts));
}
