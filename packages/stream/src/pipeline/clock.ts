/** The two clocks a pipeline reads, to be replaced in tests. */
export interface Clock {
  /** Milliseconds of a clock that never steps: ages, deadlines, back-off. */
  now(): number;
  /** Microseconds since 1970: when something was first seen. */
  wallMicros(): bigint;
  /** Runs a function once after a time; the result cancels it. */
  after(ms: number, run: () => void): () => void;
}

/** The clocks of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  wallMicros: () => BigInt(new Date().getTime()) * 1000n,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
