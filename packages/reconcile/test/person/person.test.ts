import { defineTable, nullable, utf8 } from "@lakewright/core";
import { describe, expect, it } from "vitest";
import {
  defineLinker,
  normaliseCode,
  normaliseDay,
  normaliseEmail,
  normaliseName,
  normalisePhone,
  person,
} from "../../src/index.ts";
import { splitName } from "../../src/person/normalise.ts";

const tableOf = (...columns: string[]) =>
  defineTable("t", Object.fromEntries(columns.map((column) => [column, nullable(utf8())])));

describe("roles", () => {
  it("are recognised by usual column names, however they are written", () => {
    const table = tableOf(
      "UserID",
      "First Name",
      "last_name",
      "DOB",
      "E-Mail",
      "ZIP",
      "town",
      "note",
    );
    const { definition } = defineLinker(table, person());
    expect(definition.id).toBe("UserID");
    expect(definition.comparisons.map(({ field }) => field)).toEqual([
      "given",
      "surname",
      "birthDate",
      "email",
      "postcode",
      "city",
    ]);
    expect(definition.fields!["birthDate"]!.columns).toEqual(["DOB"]);
  });

  it("can be named, or said to be absent", () => {
    const table = tableOf("id", "nom", "city", "email");
    const { definition } = defineLinker(table, person({ surname: "nom", city: null }));
    expect(definition.comparisons.map(({ field }) => field)).toEqual(["surname", "email"]);
  });

  it("a column has one role only", () => {
    const table = tableOf("id", "state", "surname", "dob");
    const { definition } = defineLinker(table, person({ city: "state" }));
    expect(Object.keys(definition.fields!)).not.toContain("region");
  });

  it("a whole name gives given name and surname", async () => {
    const table = tableOf("id", "full_name", "dob");
    const linker = defineLinker(table, person());
    const model = await linker.train([]);
    const { comparisons } = model.explain({
      left: { id: "1", full_name: "George B. Birkhead", dob: "1549-01-01" },
      right: { id: "2", full_name: "BIRKHEAD, George", dob: "15490101" },
    });
    expect(comparisons.map(({ left, right, level }) => [left, right, level])).toEqual([
      ["george", "george", "exact"],
      ["birkhead", "birkhead", "exact"],
      ["1549-01-01", "1549-01-01", "exact"],
    ]);
  });

  it("names in each other's place are recognised", async () => {
    const linker = defineLinker(tableOf("id", "given_name", "surname"), person());
    const { comparisons } = (await linker.train([])).explain({
      left: { id: "1", given_name: "Mary", surname: "Scott" },
      right: { id: "2", given_name: "Scott", surname: "Mary" },
    });
    expect(comparisons.map(({ level }) => level)).toEqual(["swapped with surname", null]);
  });

  it("need an id, and something to link by", () => {
    expect(() => defineLinker(tableOf("key", "surname"), person())).toThrow(
      'person() finds no id column in table "t".',
    );
    expect(() => defineLinker(tableOf("id", "note"), person())).toThrow("has no blocking rule");
    expect(() =>
      defineLinker(tableOf("id", "surname"), person({ familyName: "x" } as object)),
    ).toThrow('person() has no role "familyName"');
  });
});

describe("values are prepared", () => {
  it.each([
    [normaliseName, "  O'Brien-Łukasz, Jr.", "o brien lukasz jr"],
    [normaliseName, "東京 太郎", "東京 太郎"],
    [normaliseName, "--", null],
    [normaliseCode, "SW1A 1aa", "sw1a1aa"],
    [normaliseEmail, " A.B@X.org ", "a.b@x.org"],
    [normalisePhone, "+44 (0)20 7946 0958", "079460958"],
    [normalisePhone, "020 7946 0958", "079460958"],
    [normalisePhone, "n/a", null],
    [normaliseDay, "1990-1-5", "1990-01-05"],
    [normaliseDay, "19900105", "1990-01-05"],
    [normaliseDay, "1990-01-05T10:00:00Z", "1990-01-05"],
    [normaliseDay, "5 Jan 1990", "5 jan 1990"],
    [normaliseDay, "", null],
  ])("%o of %j", (normalise, text, expected) => {
    expect(normalise(text)).toBe(expected);
  });

  it("a missing value stays missing", () => {
    for (const normalise of [
      normaliseName,
      normaliseCode,
      normaliseEmail,
      normalisePhone,
      normaliseDay,
    ]) {
      expect(normalise(null)).toBeNull();
    }
    expect(splitName(null)).toEqual([null, null]);
    expect(splitName("Madonna")).toEqual([null, "madonna"]);
  });
});
