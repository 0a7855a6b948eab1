import { seededRandom } from "@lakewright/core";
import { makeAccounts } from "./people.ts";
import { soiled } from "./dirt.ts";
import { makeTraffic, type Outage } from "./traffic.ts";
import { makeTransactions } from "./transactions.ts";

export interface GenerateOptions {
  /** Records in the file, duplicates and broken ones included. */
  readonly records: number;
  readonly seed: number;
  /** First day of the period. */
  readonly start: string;
  readonly days: number;
}

/** What the generator knows and the job has to find out. */
export interface Truth {
  readonly fraudulent: readonly string[];
  readonly outages: readonly Outage[];
  /** Account id → number of the person behind it. */
  readonly persons: Readonly<Record<string, number>>;
  readonly blacklist: readonly string[];
}

export interface Generated {
  readonly lines: Iterable<string>;
  /** Complete once the lines were taken. */
  readonly truth: Truth;
}

/** Of 1,000 records this many are sent twice, and this many arrive late. */
const TWICE = 6;
const LATE = 10;

/** A shop's transactions over a period, in order of arrival: the same seed gives the same bytes. */
export function generate(options: GenerateOptions): Generated {
  const random = seededRandom(options.seed);
  const accounts = makeAccounts(
    random.fork(1),
    Math.max(20, Math.round(options.records / 20)),
    options.days,
  );
  const traffic = makeTraffic(random.fork(2), options.start, options.days);
  const fraudulent: string[] = [];
  const blacklist = accounts.filter((_, i) => i % 400 === 199).map((account) => account.id);
  return {
    lines: arriving(options, accounts, traffic.arrivals(options.records), fraudulent),
    truth: {
      fraudulent,
      outages: traffic.outages,
      persons: Object.fromEntries(accounts.map((account) => [account.id, account.person])),
      blacklist,
    },
  };
}

function* arriving(
  options: GenerateOptions,
  accounts: ReturnType<typeof makeAccounts>,
  arrivals: readonly bigint[],
  fraudulent: string[],
): Generator<string> {
  const random = seededRandom(options.seed).fork(3);
  const dirt = random.fork(4);
  /** Lines on their way, by the number of events after which they arrive. */
  const held = new Map<number, string[]>();
  let events = 0;
  let sent = 0;
  const hold = (line: string): void => {
    const due = events + 50 + random.integer(3000);
    held.set(due, [...(held.get(due) ?? []), line]);
  };
  for (const { event, fraud } of makeTransactions(random.fork(5), accounts, arrivals)) {
    events++;
    const line = soiled(dirt, event);
    if (fraud) fraudulent.push(event.transaction_id);
    const draw = random.integer(1000);
    if (draw < LATE + TWICE) hold(line);
    for (const arrived of [...(draw < LATE ? [] : [line]), ...(held.get(events) ?? [])]) {
      if (sent++ >= options.records) return;
      yield arrived;
    }
    held.delete(events);
  }
  for (const line of [...held].sort(([a], [b]) => a - b).flatMap(([, lines]) => lines)) {
    if (sent++ >= options.records) return;
    yield line;
  }
}
