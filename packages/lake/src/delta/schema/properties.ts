/** Reads table properties as Spark writes them. What makes no sense counts as not given. */
type Configuration = Readonly<Record<string, string>>;

const SIZE = /^(\d+)\s*(b|kb?|mb?|gb?)?$/i;
const UNIT_BYTES: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** A number of bytes: "134217728", "128mb". */
export function sizeProperty(configuration: Configuration, name: string): number | undefined {
  const match = SIZE.exec(configuration[name]?.trim() ?? "");
  if (!match) return undefined;
  const bytes = Number(match[1]) * UNIT_BYTES[(match[2] ?? "b")[0]!.toLowerCase()]!;
  return bytes > 0 ? bytes : undefined;
}

/** A positive integer. */
export function countProperty(configuration: Configuration, name: string): number | undefined {
  const count = Number(configuration[name] ?? NaN);
  return Number.isSafeInteger(count) && count > 0 ? count : undefined;
}

const UNIT_MS: Readonly<Record<string, number>> = {
  week: 604_800_000,
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1000,
  millisecond: 1,
};

/** Milliseconds of an interval: "interval 1 week", "30 days", "interval 2 days 12 hours". */
export function intervalProperty(configuration: Configuration, name: string): number | undefined {
  const text = configuration[name]
    ?.trim()
    .toLowerCase()
    .replace(/^interval\s+/, "");
  if (text === undefined || !/^(?:\d+\s+[a-z]+\s*)+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)\s+([a-z]+)/g)) {
    const size = UNIT_MS[unit!.replace(/s$/, "")];
    if (size === undefined) return undefined;
    ms += Number(count) * size;
  }
  return ms;
}
