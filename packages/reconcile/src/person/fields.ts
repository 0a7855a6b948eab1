import type { FieldDefinition } from "../records/fields.ts";
import {
  isoDay,
  normaliseCode,
  normaliseDay,
  normaliseEmail,
  normaliseName,
  normalisePhone,
  splitName,
} from "./normalise.ts";
import type { PersonRole, RoleColumns } from "./roles.ts";

/** The roles that become fields, and how their values are prepared. */
const PREPARE: Partial<Record<PersonRole, (text: string | null) => string | null>> = {
  given: normaliseName,
  surname: normaliseName,
  birthDate: normaliseDay,
  email: normaliseEmail,
  phone: normalisePhone,
  nationalId: normaliseCode,
  address: normaliseName,
  addressLine2: normaliseName,
  houseNumber: normaliseName,
  postcode: normaliseCode,
  city: normaliseName,
  region: normaliseName,
  country: normaliseName,
  gender: normaliseName,
  occupation: normaliseName,
};

/** Both names in alphabetical order, for records that have them in each other's place. */
export const NAMES = "names";

/** The fields of a person, for the roles there are columns for. */
export function personFields(columns: RoleColumns): Record<string, FieldDefinition> {
  const fields: Record<string, FieldDefinition> = {};
  for (const [role, of] of Object.entries(PREPARE)) {
    const own = columns[role as PersonRole];
    if (own) fields[role] = own.length === 3 ? { columns: own, of: isoDay } : { columns: own, of };
  }
  const [whole] = columns.name ?? [];
  if (whole !== undefined) {
    fields["given"] ??= { columns: [whole], of: (name) => splitName(name)[0] };
    fields["surname"] ??= { columns: [whole], of: (name) => splitName(name)[1] };
  }
  const { given, surname } = fields;
  if (given && surname) fields[NAMES] = namesOf(given, surname);
  return fields;
}

function namesOf(given: FieldDefinition, surname: FieldDefinition): FieldDefinition {
  const both = (a: string | null | undefined, b: string | null | undefined): string | null =>
    a && b ? [a, b].sort().join(" ") : null;
  const implies = ["given", "surname"];
  return given.columns[0] === surname.columns[0]
    ? { columns: given.columns, of: (name) => both(given.of!(name!), surname.of!(name!)), implies }
    : {
        columns: [given.columns[0]!, surname.columns[0]!],
        of: (a, b) => both(given.of!(a!), surname.of!(b!)),
        implies,
      };
}
