import type { Random } from "@lakewright/core";
import { foreignTowns } from "../../catalogue/countries.ts";
import { streets } from "../../catalogue/words.ts";
import { between, weighted } from "../draw.ts";
import type { RowOf } from "../world.ts";

/** An address; without coordinates where it is abroad. */
export interface Place {
  readonly address1: string;
  readonly zipCode: string;
  readonly city: string;
  readonly countryId: string;
  readonly currencyId: string;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

export interface Places {
  /** Somewhere in France, rather where many people live. */
  inFrance(random: Random): Place;
  abroad(random: Random): Place;
  /** Somewhere that pays in another currency than the euro. */
  farAway(random: Random): Place;
}

export function placesOf(zipCodes: readonly RowOf<"zipCode">[]): Places {
  const draw = weighted(zipCodes, ({ population }) => Math.sqrt(population));
  const street = (random: Random): string => `${between(random, 1, 180)} ${random.pick(streets)}`;
  const foreign = (random: Random, towns: readonly (typeof foreignTowns)[number][]): Place => {
    const [countryId, currencyId, zipCode, city] = random.pick(towns);
    const address1 = street(random);
    return { address1, zipCode, city, countryId, currencyId, latitude: null, longitude: null };
  };
  const euro = foreignTowns.filter(([, currency]) => currency === "EUR");
  const other = foreignTowns.filter(([, currency]) => currency !== "EUR");
  return {
    inFrance: (random) => {
      const { zipCode, city, countryId, latitude, longitude } = draw(random);
      const address1 = street(random);
      return { address1, zipCode, city, countryId, currencyId: "EUR", latitude, longitude };
    },
    abroad: (random) => foreign(random, euro),
    farAway: (random) => foreign(random, other),
  };
}
