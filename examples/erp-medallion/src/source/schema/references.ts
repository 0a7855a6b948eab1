import { bool, date, decimal, float64, int32, nullable, utf8 } from "@lakewright/core";
import { plainTable, trackedTable } from "./source-table.ts";

/** Keys are codes, "COL07". Who has left stays, with a `leaveDate`. */
export const colleague = trackedTable(
  "references",
  "Colleague",
  {
    id: utf8(),
    lastName: utf8(),
    firstName: nullable(utf8()),
    function: nullable(utf8()),
    department: nullable(utf8()),
    email: nullable(utf8()),
    phone: nullable(utf8()),
    hireDate: date(),
    leaveDate: nullable(date()),
    managerId: nullable(utf8()),
    teamId: nullable(utf8()),
    /** Where the rounds of a technician start. */
    baseZipCode: nullable(utf8()),
    baseLatitude: nullable(float64()),
    baseLongitude: nullable(float64()),
    /** In euro. */
    hourlyCost: nullable(decimal(8, 2)),
    /** Hours a week. */
    weeklyHours: decimal(5, 2),
    active: bool(),
  },
  { rows: 31, priority: 2, references: { managerId: "Colleague", teamId: "ColleagueTeam" } },
);

export const colleagueTeam = trackedTable(
  "references",
  "ColleagueTeam",
  { id: utf8(), caption: utf8() },
  { rows: 5 },
);

/** Key: the zip code and the town, which may share one. */
export const zipCode = plainTable(
  "references",
  "Zipcode",
  {
    id: int32(),
    zipCode: utf8(),
    city: utf8(),
    departmentId: utf8(),
    countryId: utf8(),
    latitude: float64(),
    longitude: float64(),
    population: int32(),
    /** Square kilometres. */
    area: decimal(10, 2),
  },
  {
    rows: 38_893,
    priority: 1,
    references: { departmentId: "FrenchDepartment", countryId: "Country" },
  },
);

/** Key: ISO 3166 alpha-2. */
export const country = plainTable(
  "references",
  "Country",
  { id: utf8(), isoAlpha3: utf8(), caption: utf8(), isEuropeanUnion: bool() },
  { rows: 247, priority: 1 },
);

export const frenchDepartment = plainTable(
  "references",
  "FrenchDepartment",
  { id: utf8(), caption: utf8(), region: utf8() },
  { rows: 96 },
);

/** Key: ISO 4217. */
export const currency = trackedTable(
  "references",
  "Currency",
  { id: utf8(), caption: utf8(), decimals: int32() },
  { rows: 6 },
);

/** Euro for one unit of the currency, from a day on: one row a month. */
export const currencyRate = trackedTable(
  "references",
  "CurrencyRate",
  { id: int32(), currencyId: utf8(), rateDate: date(), rate: decimal(12, 6) },
  { rows: 348, references: { currencyId: "Currency" } },
);

export const vat = trackedTable(
  "references",
  "Vat",
  { id: utf8(), caption: utf8(), rate: decimal(5, 2) },
  { rows: 6 },
);
