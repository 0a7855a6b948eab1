import {
  date,
  defineTable,
  nullable,
  type Random,
  type RowInput,
  seededRandom,
  utf8,
} from "@lakewright/core";

export const people = defineTable("people", {
  user_id: utf8(),
  source: nullable(utf8()),
  first_name: nullable(utf8()),
  surname: nullable(utf8()),
  birth_date: nullable(date()),
  email: nullable(utf8()),
  phone: nullable(utf8()),
  city: nullable(utf8()),
});
export type Person = RowInput<typeof people>;

const ONSETS = [
  "b",
  "br",
  "d",
  "f",
  "g",
  "gr",
  "h",
  "j",
  "k",
  "kl",
  "l",
  "m",
  "n",
  "p",
  "r",
  "s",
  "st",
  "t",
  "v",
  "w",
];
const NUCLEI = ["a", "e", "i", "o", "u", "ei", "ou", "ia"];
const CODAS = ["", "n", "r", "s", "l", "tt", "nd", "ck", "m"];

function pool(random: Random, size: number, syllables: number): string[] {
  const names = new Set<string>();
  while (names.size < size) {
    let name = "";
    const count = syllables + random.integer(2);
    for (let k = 0; k < count; k++) name += random.pick(ONSETS) + random.pick(NUCLEI);
    names.add(name + random.pick(CODAS));
  }
  return [...names];
}

/** Some names are common, most are rare. */
function skewed<T>(random: Random, items: readonly T[]): T {
  return items[Math.floor(items.length * random.next() ** 2.5)]!;
}

/** One change of a character: left out, put in, changed, or swapped with the next. */
export function typo(random: Random, text: string): string {
  const at = random.integer(text.length);
  const letter = String.fromCharCode(97 + random.integer(26));
  switch (random.integer(4)) {
    case 0:
      return text.slice(0, at) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + letter + text.slice(at);
    case 2:
      return text.slice(0, at) + letter + text.slice(at + 1);
    default:
      return (
        text.slice(0, at) +
        text
          .slice(at, at + 2)
          .split("")
          .reverse()
          .join("") +
        text.slice(at + 2)
      );
  }
}

export interface People {
  readonly rows: Person[];
  /** The entity of each id. */
  readonly truth: ReadonlyMap<string, number>;
}

/** Made-up people; about a third of the records repeat an earlier one with mistakes and gaps. */
export function makePeople(count: number, seed = 1): People {
  const random = seededRandom(seed);
  const given = pool(random, 400, 2);
  const surnames = pool(random, 3000, 2);
  const cities = pool(random, 150, 3);
  const originals: Person[] = [];
  const rows: Person[] = [];
  const truth = new Map<string, number>();
  for (let k = 0; k < count; k++) {
    const id = `r${String(random.integer(2 ** 32)).padStart(10, "0")}-${k}`;
    if (originals.length > 0 && random.next() < 0.33) {
      const entity = random.integer(originals.length);
      const { source: _, ...original } = originals[entity]!;
      rows.push({ ...spoilt(random, original), user_id: id, source: "erp" });
      truth.set(id, entity);
      continue;
    }
    const first = skewed(random, given);
    const last = skewed(random, surnames);
    const day = new Date(Date.UTC(1940, 0, 1 + random.integer(25_000)));
    const row: Person = {
      user_id: id,
      source: "crm",
      first_name: first,
      surname: last,
      birth_date: day.toISOString().slice(0, 10),
      email: `${first}.${last}${random.integer(99)}@${skewed(random, cities)}.com`,
      phone: `+49 ${1_000_000_000 + random.integer(2_000_000_000)}`,
      city: skewed(random, cities),
    };
    truth.set(id, originals.length);
    originals.push(row);
    rows.push(row);
  }
  return { rows, truth };
}

function spoilt(random: Random, row: Person): Person {
  const copy: Record<string, string | null | undefined> = { ...row };
  for (const column of ["first_name", "surname", "email", "phone", "city"] as const) {
    const draw = random.next();
    const value = row[column];
    if (draw < 0.1) copy[column] = null;
    else if (draw < 0.3 && value) copy[column] = typo(random, value);
  }
  if (random.next() < 0.15) copy["birth_date"] = null;
  if (random.next() < 0.05)
    [copy["first_name"], copy["surname"]] = [copy["surname"], copy["first_name"]];
  return copy as Person;
}
