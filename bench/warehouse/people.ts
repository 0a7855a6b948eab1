import {
  date,
  decimal,
  int32,
  nullable,
  type RowInput,
  seededRandom,
  utf8,
  defineTable,
} from "@lakewright/core";
import { dimension } from "@lakewright/warehouse";

const columns = {
  person: utf8(),
  name: utf8(),
  city: nullable(utf8()),
  segment: utf8(),
  credit: decimal(12, 2),
  orders: int32(),
  since: date(),
};

/** People as rows of a table. */
export const people = defineTable("people", columns);
export type Person = RowInput<typeof people>;

/** People as a dimension without history, and with it. */
export const current = dimension("dim_current", { key: ["person"], columns, versioning: "scd1" });
export const history = dimension("dim_history", { key: ["person"], columns, versioning: "scd2" });

const CITIES = ["Paris", "Lyon", "Marseille", "Lille", "Nantes", "Toulouse", "Nice"];

export function makePeople(count: number, from = 0): Person[] {
  const random = seededRandom(11 + from);
  return Array.from({ length: count }, (_, k): Person => {
    const n = from + k;
    return {
      person: `p${String(n).padStart(8, "0")}`,
      name: `Person number ${n}`,
      city: random.next() < 0.05 ? null : CITIES[n % CITIES.length]!,
      segment: n % 3 === 0 ? "retail" : "business",
      credit: (Math.floor(random.next() * 1_000_000) / 100).toFixed(2),
      orders: Math.floor(random.next() * 100),
      since: `20${String(10 + (n % 15)).padStart(2, "0")}-0${1 + (n % 9)}-15`,
    };
  });
}

/** The people, of whom every so-manieth has moved. */
export function moved(given: readonly Person[], every: number, offset = 0): Person[] {
  return given.map((person, k) =>
    k % every === offset
      ? { ...person, city: `${person.city ?? "Old"}-bis`, orders: person.orders + 1 }
      : person,
  );
}
