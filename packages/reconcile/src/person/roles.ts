import type { Table } from "@lakewright/core";
import { ReconcileError } from "../errors.ts";
import { requireColumn } from "../records/columns.ts";

/** Which columns say what about a person. A role that is left out is recognised by its usual column names; null has none. */
export interface PersonColumns {
  /** Identifies the record. */
  readonly id?: string | undefined;
  /** Names where the record comes from. */
  readonly source?: string | null | undefined;
  /** First or given name. */
  readonly given?: string | null | undefined;
  readonly surname?: string | null | undefined;
  /** One column with given name and surname, used where there are no columns of their own. */
  readonly name?: string | null | undefined;
  /** One column, or three of year, month and day. */
  readonly birthDate?:
    string | readonly [year: string, month: string, day: string] | null | undefined;
  readonly email?: string | null | undefined;
  readonly phone?: string | null | undefined;
  /** Number of a person with some authority. */
  readonly nationalId?: string | null | undefined;
  /** Street, with or without the house number. */
  readonly address?: string | null | undefined;
  readonly addressLine2?: string | null | undefined;
  readonly houseNumber?: string | null | undefined;
  readonly postcode?: string | null | undefined;
  readonly city?: string | null | undefined;
  /** State, county or province. */
  readonly region?: string | null | undefined;
  readonly country?: string | null | undefined;
  readonly gender?: string | null | undefined;
  readonly occupation?: string | null | undefined;
}

export type PersonRole = keyof PersonColumns;

/** Usual names, letters and digits only. */
const USUAL: Readonly<Record<PersonRole, readonly string[]>> = {
  id: [
    "id",
    "recordid",
    "personid",
    "userid",
    "customerid",
    "contactid",
    "clientid",
    "uniqueid",
    "uuid",
  ],
  source: ["source", "sourcesystem", "datasource", "recordsource", "system"],
  given: ["givenname", "firstname", "given", "forename", "forename1", "fname", "first"],
  surname: ["surname", "lastname", "familyname", "lname", "last"],
  name: ["fullname", "name", "personname", "displayname", "customername"],
  birthDate: ["birthdate", "dateofbirth", "dob", "birthday", "born"],
  email: ["email", "emailaddress", "mail"],
  phone: ["phone", "phonenumber", "mobile", "telephone", "tel", "mobilephone", "msisdn"],
  nationalId: [
    "nationalid",
    "ssn",
    "socsecid",
    "socialsecuritynumber",
    "taxid",
    "passport",
    "nino",
  ],
  address: ["address", "street", "address1", "addressline1", "streetaddress", "streetname"],
  addressLine2: ["address2", "addressline2"],
  houseNumber: ["housenumber", "streetnumber", "housenr"],
  postcode: ["postcode", "postalcode", "zip", "zipcode"],
  city: ["city", "town", "suburb", "locality"],
  region: ["region", "state", "county", "province"],
  country: ["country", "countrycode", "nationality"],
  gender: ["gender", "sex"],
  occupation: ["occupation", "job", "jobtitle", "profession"],
};

export const personRoles: readonly PersonRole[] = Object.keys(USUAL) as PersonRole[];

/** The columns of each role that a table has. */
export type RoleColumns = Partial<Record<PersonRole, readonly string[]>> & {
  readonly id: readonly [string];
};

/** Finds the columns: those named, and the usual ones for the other roles. */
export function resolveRoles(table: Table, given: PersonColumns): RoleColumns {
  for (const role of Object.keys(given)) {
    if (personRoles.includes(role as PersonRole)) continue;
    throw new ReconcileError("RECONCILE_INVALID_LINKER", `person() has no role "${role}".`, {
      hint: `Its roles are ${personRoles.join(", ")}.`,
      details: { role },
    });
  }
  const columns: Partial<Record<PersonRole, readonly string[]>> = {};
  const taken = new Set<string>();
  for (const role of personRoles) {
    const named = given[role];
    if (named === undefined || named === null) continue;
    const list: readonly string[] = typeof named === "string" ? [named] : named;
    for (const column of list) {
      requireColumn(table, column, `${role} of person()`);
      taken.add(column);
    }
    columns[role] = list;
  }
  const plain = new Map(
    table.fields.map(({ name }) => [name.toLowerCase().replace(/[^a-z0-9]/g, ""), name]),
  );
  for (const role of personRoles) {
    if (given[role] !== undefined) continue;
    const usual = USUAL[role].map((name) => plain.get(name));
    const found = usual.find((column) => column !== undefined && !taken.has(column));
    if (found === undefined) continue;
    columns[role] = [found];
    taken.add(found);
  }
  const { id } = columns;
  if (id?.length === 1) return { ...columns, id: [id[0]!] };
  throw new ReconcileError(
    "RECONCILE_INVALID_LINKER",
    `person() finds no id column in table "${table.name}".`,
    {
      hint: `Name it: person({ id: "${table.fields[0]!.name}" }). The columns are ${table.fields.map((field) => field.name).join(", ")}.`,
    },
  );
}
