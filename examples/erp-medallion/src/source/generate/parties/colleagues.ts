import { departments } from "../../catalogue/departments.ts";
import { givenNames, surnames } from "../../catalogue/words.ts";
import { tables } from "../../schema/index.ts";
import { between, chance } from "../draw.ts";
import { round6 } from "../references.ts";
import { dayText, stamps } from "../time.ts";
import { type AnyRow, put, type RowOf, type World } from "../world.ts";
import { phoneDigits, plain, writtenPhone } from "./dirty.ts";

export interface Colleagues {
  readonly all: readonly RowOf<"colleague">[];
  readonly sellers: readonly RowOf<"colleague">[];
  readonly buyers: readonly RowOf<"colleague">[];
  readonly technicians: readonly RowOf<"colleague">[];
}

const teams = [
  ["DIR", "Direction"],
  ["COM", "Commerce"],
  ["ACH", "Achats et stock"],
  ["TN", "Techniciens Nord"],
  ["TS", "Techniciens Sud"],
] as const;

/** What each of the 31 does: position in the list, team, department, function. */
const posts: readonly (readonly [team: string, department: string, post: string])[] = [
  ["DIR", "Direction", "Gérant"],
  ["COM", "Commerce", "Directeur commercial"],
  ["ACH", "Achats", "Responsable achats"],
  ["TN", "Technique", "Chef d'équipe"],
  ["TS", "Technique", "Chef d'équipe"],
  ...Array.from({ length: 6 }, () => ["COM", "Commerce", "Commercial"] as const),
  ...Array.from({ length: 3 }, () => ["ACH", "Achats", "Acheteur"] as const),
  ...Array.from({ length: 3 }, () => ["DIR", "Administration", "Comptable"] as const),
  ...Array.from({ length: 7 }, () => ["TN", "Technique", "Technicien"] as const),
  ...Array.from({ length: 7 }, () => ["TS", "Technique", "Technicien"] as const),
];

export function makeColleagues(world: World, into: Map<string, Iterable<AnyRow>>): Colleagues {
  const random = world.random("colleagues");
  put(
    into,
    tables.colleagueTeam.table,
    teams.map(([id, caption]): RowOf<"colleagueTeam"> => ({
      id,
      caption,
      ...stamps(random, world.first - 300, world.last, 0),
    })),
  );
  const heads = new Map<string, string>();
  const all = posts.map(([teamId, department, post], i): RowOf<"colleague"> => {
    const id = `COL${String(i + 1).padStart(2, "0")}`;
    const [lastName, firstName] = [surnames[(i * 7) % surnames.length]!, random.pick(givenNames)];
    const base = departments[teamId === "TS" ? 12 + random.integer(3) : 58 + random.integer(5)]!;
    const hired = world.first - between(random, 100, 3_000);
    // Two have left and are still active in the list: DIRT.closedColleagues.
    const left = i === 10 || i === 23 ? world.last - between(random, 200, 500) : undefined;
    const head = heads.get(teamId) ?? (i === 0 ? null : "COL01");
    if (!heads.has(teamId)) heads.set(teamId, id);
    return {
      id,
      lastName,
      firstName,
      function: post,
      department,
      email: `${plain(firstName)[0]!}.${plain(lastName)}@clivert.fr`.toLowerCase(),
      phone: writtenPhone(phoneDigits(random), random.integer(10)),
      hireDate: dayText(hired),
      leaveDate: left === undefined ? null : dayText(left),
      managerId: head,
      teamId,
      baseZipCode: `${base.id}000`,
      baseLatitude: round6(base.latitude + random.next() / 10),
      baseLongitude: round6(base.longitude + random.next() / 10),
      hourlyCost: between(random, 220, 480) / 10,
      weeklyHours: chance(random, 0.85) ? 35 : 28,
      active: true,
      ...stamps(random, Math.max(hired, world.first - 300), world.last, 900),
    };
  });
  put(into, tables.colleague.table, all);
  return {
    all,
    sellers: all.filter(({ department }) => department === "Commerce"),
    buyers: all.filter(({ department }) => department === "Achats"),
    technicians: all.filter(({ function: post }) => post === "Technicien"),
  };
}
