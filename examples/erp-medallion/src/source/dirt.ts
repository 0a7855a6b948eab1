/** What is wrong in the source on purpose: how many rows of the first day, at scale 1, and what silver does about it. */
export interface Dirt {
  readonly table: string;
  readonly column: string;
  readonly what: string;
  /** Rows on the first day at scale 1. */
  readonly rows: number;
  readonly cleaned: string;
}

/** Every kind of dirt the generator makes, by name. */
export const DIRT = {
  phoneFormats: {
    table: "Customer",
    column: "phone",
    what: "French numbers written in ten ways: 0612345678, 06 12 34 56 78, 06.12.34.56.78, 06-12-34-56-78, +33612345678, +33 6 12 34 56 78, 0033612345678, (+33)612345678, +33 (0)6 12 34 56 78, 06/12/34/56/78",
    rows: 1_204,
    cleaned: "E.164: +33612345678",
  },
  phoneInvalid: {
    table: "Customer",
    column: "phone",
    what: "numbers with a digit missing or words in them",
    rows: 40,
    cleaned: "null",
  },
  emailInvalid: {
    table: "Customer",
    column: "email",
    what: "addresses without @, with two, with blanks inside, or without a domain",
    rows: 60,
    cleaned: "null",
  },
  emailCase: {
    table: "Customer",
    column: "email",
    what: "addresses in capitals or between blanks",
    rows: 150,
    cleaned: "trimmed, lower case",
  },
  nullMarkers: {
    table: "Customer",
    column: "email",
    what: 'no address, said by "N/A", "-", "NULL", "néant", "?" or an empty text',
    rows: 94,
    cleaned: "null",
  },
  nameSpaces: {
    table: "Customer",
    column: "name",
    what: "names with two blanks in a row or blanks around them",
    rows: 120,
    cleaned: "one blank, trimmed",
  },
  nameCase: {
    table: "Customer",
    column: "name",
    what: "names all in capitals or all in small letters",
    rows: 200,
    cleaned: "kept: a name's letters are its owner's",
  },
  duplicateCustomers: {
    table: "Customer",
    column: "name",
    what: "customers entered a second time, a slip in the name, the same e-mail",
    rows: 38,
    cleaned: "kept: both have documents",
  },
  cityCase: {
    table: "Customer",
    column: "invoicingCity",
    what: "towns in capitals, in small letters, or without their accents",
    rows: 400,
    cleaned: "matched with Zipcode without case and accents",
  },
  missingZipCodes: {
    table: "Customer",
    column: "deliveringZipCode",
    what: "no delivery address: the invoicing address is meant",
    rows: 300,
    cleaned: "the invoicing address",
  },
  foreignCurrency: {
    table: "SaleDocument",
    column: "currencyId",
    what: "documents in dollars, pounds, francs, zlotys or dirhams",
    rows: 953,
    cleaned: "euro at the document's rate, rounded a line to the cent",
  },
  futureDocumentDates: {
    table: "SaleDocument",
    column: "documentDate",
    what: "days in the year 2052 or 2205: quotes typed wrong",
    rows: 7,
    cleaned: "the day of sysCreatedDate",
  },
  orphanedLines: {
    table: "SaleDocumentLine",
    column: "itemId",
    what: "lines of items that were deleted (code ART9…)",
    rows: 23,
    cleaned: "the unknown product; the amounts count",
  },
  commentLines: {
    table: "SaleDocumentLine",
    column: "lineType",
    what: "lines that are a comment: no item, no amounts",
    rows: 4_507,
    cleaned: "left out",
  },
  closedColleagues: {
    table: "Colleague",
    column: "leaveDate",
    what: "colleagues who left, still active in the list",
    rows: 2,
    cleaned: "is_active says what leaveDate says",
  },
  itemCaptionSpaces: {
    table: "Item",
    column: "caption",
    what: "captions with two blanks in a row",
    rows: 90,
    cleaned: "one blank",
  },
  supplierPhoneInvalid: {
    table: "Supplier",
    column: "phone",
    what: "numbers with a digit missing or words in them",
    rows: 8,
    cleaned: "null",
  },
  missingCoordinates: {
    table: "ScheduleEvent",
    column: "latitude",
    what: "interventions that nobody geocoded",
    rows: 1_194,
    cleaned: "those of the zip code",
  },
  missingSatisfaction: {
    table: "ScheduleEvent",
    column: "satisfaction",
    what: "interventions that are done and were not rated",
    rows: 2_400,
    cleaned: "null: left out of averages",
  },
} as const satisfies Readonly<Record<string, Dirt>>;

export type DirtName = keyof typeof DIRT;
