/** Where "now" comes from. Given by the caller where a run must be repeatable. */
export interface Clock {
  now(): Date;
}

/** The clock of the machine. */
export const systemClock: Clock = { now: () => new Date() };
