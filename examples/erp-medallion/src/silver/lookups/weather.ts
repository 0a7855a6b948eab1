/** What the weather was, or is likely to be. */
export interface Weather {
  /** Mean temperature of the day in °C. */
  readonly temperatureC: number;
  /** Probability of a day with at least 1 mm of rain, from 0 to 1. */
  readonly rainProbability: number;
}

/** Says what the weather is on a day in a department of France ("35", "2A"); undefined where it does not know. */
export type WeatherLookup = (day: string, department: string) => Weather | undefined;

type Climate = "oceanic" | "continental" | "mountain" | "mediterranean" | "inland";

/**
 * Rounded monthly normals of five climates, January to December: mean temperature in °C and days with rain. They are
 * for seasons, not for days: whoever has a weather service gives its look-up instead.
 */
const normals: Readonly<
  Record<Climate, readonly (readonly [celsius: number, rainDays: number])[]>
> = {
  oceanic: [
    [7, 14],
    [7, 11],
    [9, 11],
    [11, 11],
    [14, 10],
    [17, 8],
    [19, 8],
    [19, 8],
    [17, 9],
    [14, 13],
    [10, 14],
    [7, 14],
  ],
  inland: [
    [5, 10],
    [5, 9],
    [9, 9],
    [12, 9],
    [15, 10],
    [19, 8],
    [21, 7],
    [21, 7],
    [17, 7],
    [13, 10],
    [8, 10],
    [5, 11],
  ],
  continental: [
    [2, 9],
    [3, 8],
    [7, 9],
    [11, 9],
    [15, 11],
    [19, 11],
    [21, 10],
    [20, 10],
    [16, 8],
    [11, 10],
    [6, 10],
    [3, 11],
  ],
  mountain: [
    [0, 11],
    [1, 10],
    [5, 10],
    [8, 10],
    [12, 13],
    [16, 11],
    [18, 9],
    [18, 9],
    [14, 9],
    [10, 10],
    [4, 10],
    [1, 11],
  ],
  mediterranean: [
    [8, 6],
    [8, 5],
    [11, 5],
    [14, 7],
    [18, 5],
    [22, 4],
    [25, 2],
    [25, 3],
    [21, 4],
    [17, 6],
    [12, 7],
    [8, 6],
  ],
};

const climates: Readonly<Record<Exclude<Climate, "inland">, string>> = {
  oceanic: "14 17 22 29 33 35 40 44 50 56 62 64 76 80 85",
  continental: "08 10 21 25 39 51 52 54 55 57 58 67 68 69 70 71 88 89 90",
  mountain: "05 09 15 38 43 48 63 65 73 74",
  mediterranean: "04 06 11 13 2A 2B 30 34 66 83 84",
};

const climateOf = new Map<string, Climate>(
  Object.entries(climates).flatMap(([climate, codes]) =>
    codes.split(" ").map((code): [string, Climate] => [code, climate as Climate]),
  ),
);

const DAYS_OF_MONTH = 30.4;

/** The normal of the month in the climate of the department: the same for every year. Overseas is not covered. */
export const seasonNormals: WeatherLookup = (day, department) => {
  if (department.length !== 2) return undefined;
  const month = normals[climateOf.get(department) ?? "inland"][Number(day.slice(5, 7)) - 1];
  if (month === undefined) return undefined;
  const [temperatureC, rainDays] = month;
  return { temperatureC, rainProbability: Math.round((100 * rainDays) / DAYS_OF_MONTH) / 100 };
};
