import { formatMicros, type Random, seededRandom } from "@lakewright/core";
import { currencyOf, paymentMethods, type Product, products } from "./catalogue.ts";
import { weighted, zipf } from "./draw.ts";
import type { Account } from "./people.ts";

/** A transaction event as the shop sends it. */
export interface TransactionEvent {
  readonly transaction_id: string;
  readonly transaction_type: string;
  readonly amount: number;
  readonly currency: string;
  readonly payment_method: string;
  readonly status: string;
  readonly created_at: string;
  readonly user: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly phone: string;
    readonly birth_date: string;
    readonly country: string;
    readonly city: string;
  };
  readonly product: {
    readonly id: string;
    readonly name: string;
    readonly category: string;
    readonly quantity: number;
    readonly unit_price: number;
  };
  readonly device: { readonly ip: string; readonly channel: string };
}

export interface Made {
  readonly event: TransactionEvent;
  readonly fraud: boolean;
}

const drawProduct = zipf(seededRandom(1).shuffle([...products]), 0.9);
const drawMethod = weighted(paymentMethods, ([, weight]) => weight);
const drawType = weighted(
  [["purchase", 94] as const, ["refund", 4] as const, ["subscription", 2] as const],
  ([, weight]) => weight,
);

/** Turns instants into transactions of accounts; a few accounts are taken over for a night, and behave so. */
export function* makeTransactions(
  random: Random,
  accounts: readonly Account[],
  arrivals: readonly bigint[],
): Generator<Made> {
  const drawAccount = zipf(random.shuffle([...accounts]), 0.7);
  const start = arrivals[0] ?? 0n;
  let stolen: { account: Account; left: number } | undefined;
  for (const [i, at] of arrivals.entries()) {
    const day = Number((at - start) / 86_400_000_000n);
    if (stolen === undefined && random.next() < 0.0006) {
      stolen = { account: drawAccount(random), left: 3 + random.integer(6) };
    }
    if (stolen !== undefined && random.next() < 0.5) {
      yield { event: fraudulent(random, i, at, stolen.account), fraud: true };
      if (--stolen.left === 0) stolen = undefined;
      continue;
    }
    let account = drawAccount(random);
    while (account.leavesAfterDay < day) account = drawAccount(random);
    yield { event: ordinary(random, i, at, account), fraud: false };
  }
}

function ordinary(random: Random, i: number, at: bigint, account: Account): TransactionEvent {
  const quantity = random.next() < 0.8 ? 1 : 2 + random.integer(3);
  return eventOf(random, i, at, account, drawProduct(random), quantity, {
    channel: random.next() < 0.6 ? "web" : "app",
    method: drawMethod(random)[0],
    type: drawType(random)[0],
    foreign: false,
  });
}

/** Dear things, several at a time, mostly by card and from an address elsewhere; one looks more suspicious than another. */
function fraudulent(random: Random, i: number, at: bigint, account: Account): TransactionEvent {
  const dear = products.filter((product) => product.price > 15_000);
  return eventOf(random, i, at, account, random.pick(dear), 1 + random.integer(6), {
    channel: random.next() < 0.5 ? "api" : "web",
    method: random.next() < 0.9 ? "credit_card" : "paypal",
    type: "purchase",
    foreign: random.next() < 0.85,
  });
}

interface Manner {
  readonly channel: string;
  readonly method: string;
  readonly type: string;
  readonly foreign: boolean;
}

function eventOf(
  random: Random,
  i: number,
  at: bigint,
  account: Account,
  product: Product,
  quantity: number,
  manner: Manner,
): TransactionEvent {
  const { city } = account;
  return {
    transaction_id: `tx${(i + 1).toString(36).padStart(7, "0")}${random.integer(1 << 20).toString(36)}`,
    transaction_type: manner.type,
    amount: (product.price * quantity) / 100,
    currency: currencyOf[city.country]!,
    payment_method: manner.method,
    status: random.next() < 0.97 ? "completed" : "pending",
    created_at: `${formatMicros(at)}Z`,
    user: {
      id: account.id,
      name: account.name,
      email: account.email,
      phone: account.phone,
      birth_date: account.birthDate,
      country: city.country,
      city: city.name,
    },
    product: {
      id: product.id,
      name: product.name,
      category: product.category,
      quantity,
      unit_price: product.price / 100,
    },
    device: {
      ip: manner.foreign
        ? `185.220.${random.integer(256)}.${random.integer(256)}`
        : `82.${64 + random.integer(64)}.${random.integer(256)}.${random.integer(256)}`,
      channel: manner.channel,
    },
  };
}
