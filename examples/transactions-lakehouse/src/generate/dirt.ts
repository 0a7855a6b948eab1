import type { Random } from "@lakewright/core";
import type { TransactionEvent } from "./transactions.ts";

/** What goes wrong on the way: at most one thing a record. */
export type Dirt =
  "malformed" | "wrongType" | "missingAmount" | "unknownCurrency" | "negativeAmount" | "future";

const chances: readonly (readonly [Dirt, number])[] = [
  ["malformed", 0.002],
  ["wrongType", 0.001],
  ["missingAmount", 0.001],
  ["unknownCurrency", 0.002],
  ["negativeAmount", 0.001],
  ["future", 0.001],
];

/** The line of an event as it arrives, mostly as it was sent. */
export function soiled(random: Random, event: TransactionEvent): string {
  let at = random.next();
  for (const [dirt, chance] of chances) {
    if (at < chance) return spoil(random, event, dirt);
    at -= chance;
  }
  return JSON.stringify(event);
}

function spoil(random: Random, event: TransactionEvent, dirt: Dirt): string {
  switch (dirt) {
    case "malformed": {
      const line = JSON.stringify(event);
      return line.slice(0, 20 + random.integer(line.length - 40));
    }
    case "wrongType":
      return JSON.stringify({ ...event, amount: random.pick(["n/a", true, [1], "12,50"]) });
    case "missingAmount": {
      const { amount: _, ...rest } = event;
      return JSON.stringify(rest);
    }
    case "unknownCurrency":
      return JSON.stringify({ ...event, currency: random.pick(["EURO", "XXQ", "eur"]) });
    case "negativeAmount":
      return JSON.stringify({ ...event, amount: -event.amount });
    case "future":
      return JSON.stringify({ ...event, created_at: event.created_at.replace(/^\d{4}/, "2099") });
  }
}
