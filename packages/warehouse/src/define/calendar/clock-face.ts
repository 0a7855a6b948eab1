/** A part of the day with a name; it starts at `from` and ends before `to`, which may be past midnight. */
export interface DayPart {
  readonly name: string;
  /** "HH:MM" or "HH:MM:SS". */
  readonly from: string;
  readonly to: string;
}

/** How the times of a clock dimension are described. */
export interface ClockFace {
  /** What one member is. */
  readonly grain: "second" | "minute";
  /**
   * What the surrogate key of a time is: seconds of the day (0 to 86,399; of a minute, its first), minutes of the day, or
   * the digits of the time (134500).
   */
  readonly keyStyle: "seconds" | "minutes" | "hhmmss";
  /** Seconds of the day the business hours start at and end before; undefined where there are none. */
  readonly business: readonly (readonly [from: number, to: number])[];
  /** Parts of a day, from one second of it to before another. */
  readonly parts: readonly { readonly name: string; readonly from: number; readonly to: number }[];
  /** Language of the names of times, as `Intl` has it: "en". */
  readonly locale: string;
}

/** One row of a clock dimension. */
export interface ClockTime {
  /** "HH:MM:SS", the natural key. */
  readonly time: string;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** 0 to 86,399. */
  readonly second_of_day: number;
  /** 0 to 1,439. */
  readonly minute_of_day: number;
  /** 1 to 12. */
  readonly hour_12: number;
  readonly am_pm: "AM" | "PM";
  /** As people of the locale write it: "1:45 PM", "13:45". */
  readonly time_name: string;
  /** Name of the part of the day; null where the parts leave the time out. */
  readonly day_part: string | null;
  readonly is_business_hour: boolean;
}

/** The surrogate key of a time. */
function clockKey(face: ClockFace, secondOfDay: number): bigint {
  const hour = Math.floor(secondOfDay / 3600);
  const minute = Math.floor(secondOfDay / 60) % 60;
  switch (face.keyStyle) {
    case "seconds":
      return BigInt(secondOfDay);
    case "minutes":
      return BigInt(hour * 60 + minute);
    default:
      return BigInt(hour * 10_000 + minute * 100 + (secondOfDay % 60));
  }
}

/** Every time of the day, in order. */
export function* timesOf(face: ClockFace): Generator<ClockTime & { readonly key: bigint }> {
  const clock = new Intl.DateTimeFormat(face.locale, {
    timeStyle: face.grain === "second" ? "medium" : "short",
    timeZone: "UTC",
  });
  const step = face.grain === "second" ? 1 : 60;
  for (let at = 0; at < 86_400; at += step) {
    const hour = Math.floor(at / 3600);
    const minute = Math.floor(at / 60) % 60;
    const part = face.parts.find(({ from, to }) => isWithin(at, from, to));
    yield {
      key: clockKey(face, at),
      time: [hour, minute, at % 60].map((n) => String(n).padStart(2, "0")).join(":"),
      hour,
      minute,
      second: at % 60,
      second_of_day: at,
      minute_of_day: Math.floor(at / 60),
      hour_12: ((hour + 11) % 12) + 1,
      am_pm: hour < 12 ? "AM" : "PM",
      time_name: clock.format(at * 1000),
      day_part: part?.name ?? null,
      is_business_hour: face.business.some(([from, to]) => isWithin(at, from, to)),
    };
  }
}

function isWithin(at: number, from: number, to: number): boolean {
  return from < to ? from <= at && at < to : from <= at || at < to;
}
