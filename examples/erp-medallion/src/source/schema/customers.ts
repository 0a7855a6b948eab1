import { bool, date, decimal, float64, int32, nullable, oneOf, utf8 } from "@lakewright/core";
import { trackedTable } from "./source-table.ts";

export const customerFamily = trackedTable(
  "sales",
  "CustomerFamily",
  { id: utf8(), caption: utf8() },
  { rows: 3, priority: 1 },
);

export const customerSubFamily = trackedTable(
  "sales",
  "CustomerSubFamily",
  { id: utf8(), familyId: utf8(), caption: utf8() },
  { rows: 9, priority: 1, references: { familyId: "CustomerFamily" } },
);

/** Keys are codes that people see, "CL00042"; texts are as they were typed. */
export const customer = trackedTable(
  "sales",
  "Customer",
  {
    id: utf8(),
    name: utf8(),
    type: oneOf(["Company", "Individual", "Public"]),
    familyId: nullable(utf8()),
    subFamilyId: nullable(utf8()),
    /** Null where nobody chose one; the contact is a row of Contact with this customer. */
    mainContactId: nullable(int32()),
    phone: nullable(utf8()),
    email: nullable(utf8()),
    invoicingAddress1: nullable(utf8()),
    invoicingAddress2: nullable(utf8()),
    invoicingZipCode: nullable(utf8()),
    invoicingCity: nullable(utf8()),
    /** ISO 3166 alpha-2, key of Country. */
    invoicingCountryId: nullable(utf8()),
    deliveringAddress1: nullable(utf8()),
    deliveringAddress2: nullable(utf8()),
    deliveringZipCode: nullable(utf8()),
    deliveringCity: nullable(utf8()),
    deliveringCountryId: nullable(utf8()),
    colleagueId: nullable(utf8()),
    priceListId: nullable(utf8()),
    settlementModeId: nullable(utf8()),
    currencyId: utf8(),
    siren: nullable(utf8()),
    intracommunityVatNumber: nullable(utf8()),
    creditLimit: nullable(decimal(14, 2)),
    active: bool(),
    creationDate: date(),
  },
  {
    rows: 1_338,
    priority: 3,
    references: {
      familyId: "CustomerFamily",
      subFamilyId: "CustomerSubFamily",
      invoicingCountryId: "Country",
      deliveringCountryId: "Country",
      colleagueId: "Colleague",
      priceListId: "PriceList",
      settlementModeId: "SettlementMode",
      currencyId: "Currency",
    },
  },
);

/** Other addresses than the two a customer has itself. */
export const customerAddress = trackedTable(
  "sales",
  "CustomerAddress",
  {
    id: int32(),
    customerId: utf8(),
    caption: nullable(utf8()),
    address1: nullable(utf8()),
    zipCode: nullable(utf8()),
    city: nullable(utf8()),
    countryId: nullable(utf8()),
    latitude: nullable(float64()),
    longitude: nullable(float64()),
  },
  { rows: 1_721, priority: 1, references: { customerId: "Customer", countryId: "Country" } },
);

/** Equipment that stands at a customer's and is maintained. */
export const customerProduct = trackedTable(
  "sales",
  "CustomerProduct",
  {
    id: int32(),
    customerId: utf8(),
    itemId: utf8(),
    serialNumber: nullable(utf8()),
    installDate: nullable(date()),
    warrantyEndDate: nullable(date()),
    lastMaintenanceDate: nullable(date()),
    state: oneOf(["InService", "OutOfService", "Replaced"]),
    maintenanceContractId: nullable(int32()),
  },
  {
    rows: 405,
    priority: 2,
    references: {
      customerId: "Customer",
      itemId: "Item",
      maintenanceContractId: "MaintenanceContract",
    },
  },
);

export const contact = trackedTable(
  "references",
  "Contact",
  {
    id: int32(),
    /** A contact is of a customer or of a supplier. */
    customerId: nullable(utf8()),
    supplierId: nullable(utf8()),
    civility: nullable(utf8()),
    lastName: nullable(utf8()),
    firstName: nullable(utf8()),
    function: nullable(utf8()),
    phone: nullable(utf8()),
    cellPhone: nullable(utf8()),
    email: nullable(utf8()),
    isMain: bool(),
  },
  { rows: 2_615, priority: 2, references: { customerId: "Customer", supplierId: "Supplier" } },
);
