import { expect, it } from "vitest";
import type { DirtName } from "../../src/source/dirt.ts";
import type { AnyRow } from "../../src/source/generate/world.ts";
import { rowsOf, smallSource } from "./support.ts";

const source = smallSource();
const text = (row: AnyRow, column: string): string => (row[column] as string | null) ?? "";
const digits = (value: string): string => value.replace(/\D/g, "");
const isPhone = (value: string): boolean =>
  /^[+0-9 ().\-/]+$/.test(value) && /^(?:0|33|0033|330)[1-7]\d{8}$/.test(digits(value));
const isEmail = (value: string): boolean => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value);
const nothing = ["N/A", "-", "NULL", "néant", "?", ""];

/** How each kind of dirt is recognised in the rows, without asking the generator. */
const found: Partial<Record<DirtName, (row: AnyRow) => boolean>> = {
  phoneFormats: (row) => isPhone(text(row, "phone")),
  phoneInvalid: (row) => row["phone"] !== null && !isPhone(text(row, "phone")),
  emailInvalid: (row) =>
    !nothing.includes(text(row, "email")) && !isEmail(text(row, "email").trim()),
  emailCase: (row) =>
    isEmail(text(row, "email").trim()) &&
    text(row, "email") !== text(row, "email").trim().toLowerCase(),
  nullMarkers: (row) => row["email"] !== null && nothing.includes(text(row, "email")),
  nameSpaces: (row) => /^ | $| {2}/.test(text(row, "name")),
  missingZipCodes: (row) => row["deliveringZipCode"] === null,
  foreignCurrency: (row) => row["currencyId"] !== "EUR",
  futureDocumentDates: (row) => text(row, "documentDate") > "2025-10-23",
  orphanedLines: (row) => text(row, "itemId").startsWith("ART9"),
  commentLines: (row) => row["lineType"] === "Comment",
  itemCaptionSpaces: (row) => / {2}/.test(text(row, "caption")),
  supplierPhoneInvalid: (row) => !isPhone(text(row, "phone")),
  missingCoordinates: (row) => row["latitude"] === null,
  missingSatisfaction: (row) => row["state"] === "Done" && row["satisfaction"] === null,
};

const tableOf: Partial<Record<DirtName, string>> = {
  foreignCurrency: "SaleDocument",
  futureDocumentDates: "SaleDocument",
  orphanedLines: "SaleDocumentLine",
  commentLines: "SaleDocumentLine",
  itemCaptionSpaces: "Item",
  supplierPhoneInvalid: "Supplier",
  missingCoordinates: "ScheduleEvent",
  missingSatisfaction: "ScheduleEvent",
};

it.each(Object.keys(found) as DirtName[])("has exactly as much of %s as it says", (name) => {
  const rows = rowsOf(source, tableOf[name] ?? "Customer");
  expect(rows.filter(found[name]!).length).toBe(source.world.counts.dirt(name));
});

it("has two colleagues who left and are active in the list", () => {
  const left = rowsOf(source, "Colleague").filter(({ leaveDate }) => leaveDate !== null);
  expect(left.length).toBe(2);
  expect(left.every(({ active }) => active === true)).toBe(true);
});
