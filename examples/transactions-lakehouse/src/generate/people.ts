import type { Random } from "@lakewright/core";
import { cities, type City, givenNames, surnames } from "./catalogue.ts";
import { weighted } from "./draw.ts";

/** A customer account, as transactions carry it. */
export interface Account {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly phone: string;
  readonly birthDate: string;
  readonly city: City;
  /** The person behind it: several accounts may have the same. */
  readonly person: number;
  /** The day of the period after which the person buys no more; Infinity for most. */
  readonly leavesAfterDay: number;
}

const drawCity = weighted(cities, (city) => city.weight);
const domains = ["gmail.com", "orange.fr", "outlook.com", "yahoo.fr", "gmx.de", "icloud.com"];

/** People and their accounts: one in eight opened a second one, typed differently. */
export function makeAccounts(random: Random, count: number, days: number): Account[] {
  const accounts: Account[] = [];
  for (let person = 0; accounts.length < count; person++) {
    const first = random.pick(givenNames);
    const last = random.pick(surnames);
    const city = drawCity(random);
    const birthDate = birthday(random);
    const email = `${plain(first)}.${plain(last)}${random.integer(90) + 10}@${random.pick(domains)}`;
    const phone = `+336${String(random.integer(100_000_000)).padStart(8, "0")}`;
    const leavesAfterDay = random.next() < 0.3 ? Math.floor(random.next() * days) : Infinity;
    const own = { name: `${first} ${last}`, email, phone, birthDate, city, person, leavesAfterDay };
    accounts.push({ ...own, id: accountId(accounts.length) });
    while (accounts.length < count && random.next() < 0.12) {
      accounts.push({ ...retyped(random, own, first, last), id: accountId(accounts.length) });
    }
  }
  return accounts;
}

type Person = Omit<Account, "id">;

/** The same person, entered once more: a slip in the name, another mail address, a move, a changed digit. */
function retyped(random: Random, person: Person, first: string, last: string): Person {
  const name =
    random.next() < 0.5
      ? person.name
      : `${slip(random, first)} ${random.next() < 0.5 ? last : slip(random, last)}`;
  return {
    ...person,
    name: random.next() < 0.1 ? name.toUpperCase() : name,
    email:
      random.next() < 0.4
        ? `${plain(first)[0]!}${plain(last)}@${random.pick(domains)}`
        : person.email,
    phone: random.next() < 0.3 ? person.phone.slice(0, -1) + random.integer(10) : person.phone,
    city: random.next() < 0.2 ? drawCity(random) : person.city,
    birthDate: random.next() < 0.08 ? birthday(random) : person.birthDate,
  };
}

/** One typing slip: two letters swapped, one dropped, one doubled, or an accent lost. */
function slip(random: Random, word: string): string {
  const at = 1 + random.integer(Math.max(1, word.length - 2));
  switch (random.integer(4)) {
    case 0:
      return word.slice(0, at) + (word[at + 1] ?? "") + word[at]! + word.slice(at + 2);
    case 1:
      return word.slice(0, at) + word.slice(at + 1);
    case 2:
      return word.slice(0, at) + word[at]! + word.slice(at);
    default:
      return word.normalize("NFD").replace(/\p{M}/gu, "");
  }
}

function birthday(random: Random): string {
  const day = new Date(
    Date.UTC(1945 + random.integer(60), random.integer(12), 1 + random.integer(28)),
  );
  return day.toISOString().slice(0, 10);
}

function plain(word: string): string {
  return word
    .normalize("NFD")
    .replace(/[^A-Za-z]/g, "")
    .toLowerCase();
}

function accountId(index: number): string {
  return `u${String(index + 1).padStart(6, "0")}`;
}
