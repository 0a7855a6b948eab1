import type { Random } from "@lakewright/core";
import { between, chance } from "../draw.ts";
import { euros } from "../money.ts";
import { type Day, dayText, stamps, workday } from "../time.ts";
import type { World } from "../world.ts";

/** An invoice that has to be paid. */
export interface Payable {
  readonly documentId: number;
  readonly partyId: string;
  readonly currencyId: string;
  readonly day: Day;
  /** Cents, with VAT. */
  readonly amount: number;
}

export interface PaymentCounts {
  readonly commitments: number;
  readonly settlements: number;
  readonly allocations: number;
  /** Commitments that are paid in two parts. */
  readonly twice: number;
}

interface Commitment {
  readonly id: number;
  readonly of: Payable;
  readonly due: Day;
  readonly amount: number;
  paid: number;
  paidDay: Day | undefined;
}

interface Allocation {
  readonly commitment: Commitment;
  readonly day: Day;
  readonly amount: number;
  settlement: number;
}

/** Dates due, payments, and which payment is for which date; in exactly so many rows. */
export function makePayments(
  world: World,
  random: Random,
  payables: readonly Payable[],
  counts: PaymentCounts,
  prefix: string,
) {
  const commitments = makeCommitments(random, payables, counts.commitments);
  const allocations = makeAllocations(random, commitments, counts, world.last);
  const settlements = gather(random, allocations, counts.settlements);
  return {
    commitments: commitments.map((commitment) => ({
      id: commitment.id,
      documentId: commitment.of.documentId,
      partyId: commitment.of.partyId,
      dueDate: dayText(commitment.due),
      amount: euros(commitment.amount),
      paidAmount: euros(commitment.paid),
      currencyId: commitment.of.currencyId,
      state: stateOf(commitment),
      paidDate:
        commitment.paid === commitment.amount && commitment.paidDay !== undefined
          ? dayText(commitment.paidDay)
          : null,
      ...stamps(random, Math.min(commitment.of.day, world.last), world.last, 60),
    })),
    settlements: settlements.map((parts, i) => {
      const amount = euros(parts.reduce((sum, part) => sum + part.amount, 0));
      const { commitment, day } = parts[0]!;
      return {
        id: i + 1,
        settlementNumber: `${prefix}${String(i + 1).padStart(6, "0")}`,
        settlementDate: dayText(day),
        settlementModeId: `M${String(1 + random.integer(12)).padStart(2, "0")}`,
        amount,
        allocatedAmount: amount,
        currencyId: commitment.of.currencyId,
        reference: chance(random, 0.4) ? `VIR ${between(random, 10_000, 99_999)}` : null,
        partyId: commitment.of.partyId,
        ...stamps(random, day, world.last, 0),
      };
    }),
    allocations: settlements
      .flatMap((parts) => parts)
      .map((part, i) => ({
        id: i + 1,
        settlementId: part.settlement,
        commitmentId: part.commitment.id,
        amount: euros(part.amount),
        allocationDate: dayText(part.day),
        ...stamps(random, part.day, world.last, 0),
      })),
  };
}

function stateOf({ paid, amount }: Commitment): "Open" | "Partial" | "Paid" {
  return paid === amount ? "Paid" : paid === 0 ? "Open" : "Partial";
}

/** One, two or three dates for an invoice: at 30, 60 and 90 days. */
function makeCommitments(
  random: Random,
  payables: readonly Payable[],
  count: number,
): Commitment[] {
  const extra = Math.max(0, count - payables.length);
  const three = Math.max(extra - payables.length, Math.floor(extra * 0.2));
  const order = random.shuffle(payables.map((_, i) => i));
  const parts = new Uint8Array(payables.length).fill(1);
  order.slice(0, three).forEach((i) => (parts[i] = 3));
  order.slice(three, three + extra - 2 * three).forEach((i) => (parts[i] = 2));
  const commitments: Commitment[] = [];
  payables.forEach((of, i) => {
    const n = parts[i]!;
    const each = Math.floor(of.amount / n);
    for (let k = 0; k < n; k++) {
      commitments.push({
        id: commitments.length + 1,
        of,
        due: of.day + 30 * (k + 1),
        amount: k === n - 1 ? of.amount - each * (n - 1) : each,
        paid: 0,
        paidDay: undefined,
      });
    }
  });
  return commitments;
}

function makeAllocations(
  random: Random,
  commitments: readonly Commitment[],
  { commitments: count, allocations: target, twice }: PaymentCounts,
  last: Day,
): Allocation[] {
  const unpaid = count - target + twice;
  const latest = [...commitments].sort((a, b) => b.due - a.due || a.id - b.id);
  // What is due last is open; of the rest some were forgotten.
  const open = new Set(latest.slice(0, Math.floor(unpaid * 0.75)));
  const others = random.shuffle(latest.filter((commitment) => !open.has(commitment)));
  while (open.size < unpaid) open.add(others.pop()!);
  const allocations: Allocation[] = [];
  const pay = (commitment: Commitment, day: Day, amount: number): void => {
    allocations.push({ commitment, day: Math.min(last, workday(day)), amount, settlement: 0 });
  };
  others.forEach((commitment, i) => {
    // Most pay in time; each party has its own habit, by the end of its code.
    const habit = Number(commitment.of.partyId.slice(-2)) % 10;
    const late =
      habit < 6
        ? between(random, -12, 3)
        : habit < 9
          ? between(random, 1, 25)
          : between(random, 10, 70);
    const day = Math.max(commitment.of.day, commitment.due + late);
    if (i < twice) {
      const half = Math.floor(commitment.amount / 2);
      pay(commitment, day, half);
      pay(commitment, day + 15, commitment.amount - half);
    } else if (i < twice + Math.floor(count * 0.015)) {
      pay(commitment, day, Math.floor(commitment.amount * 0.6));
    } else {
      pay(commitment, day, commitment.amount);
    }
  });
  return allocations;
}

/** Payments of one or more allocations of a party: exactly `count` of them. */
function gather(random: Random, allocations: Allocation[], count: number): Allocation[][] {
  const sorted = allocations.sort(
    (a, b) =>
      (a.commitment.of.partyId < b.commitment.of.partyId
        ? -1
        : a.commitment.of.partyId > b.commitment.of.partyId
          ? 1
          : a.day - b.day) || a.commitment.id - b.commitment.id,
  );
  const joins: number[] = [];
  for (let i = 1; i < sorted.length; i++) {
    const [a, b] = [sorted[i - 1]!, sorted[i]!];
    const same =
      a.commitment.of.partyId === b.commitment.of.partyId &&
      a.commitment.of.currencyId === b.commitment.of.currencyId;
    if (same && a.commitment !== b.commitment) joins.push(i);
  }
  // Payments close in time are the likeliest to be one.
  const gap = (i: number): number => sorted[i]!.day - sorted[i - 1]!.day;
  const chosen = new Set(
    random
      .shuffle(joins)
      .sort((a, b) => gap(a) - gap(b))
      .slice(0, sorted.length - count),
  );
  const groups: Allocation[][] = [];
  sorted.forEach((allocation, i) => {
    if (chosen.has(i)) groups.at(-1)!.push(allocation);
    else groups.push([allocation]);
  });
  if (groups.length !== count)
    throw new RangeError(`${groups.length} payments were made, ${count} were asked for.`);
  // One payment has one day: that of its last part, so that no part is paid before it is known.
  const dated = groups.map((group) => {
    const day = Math.max(...group.map((part) => part.day));
    return group.map((part) => ({ ...part, day }));
  });
  dated.sort((a, b) => a[0]!.day - b[0]!.day || a[0]!.commitment.id - b[0]!.commitment.id);
  dated.forEach((group, i) => {
    for (const part of group) {
      part.settlement = i + 1;
      part.commitment.paid += part.amount;
      part.commitment.paidDay = Math.max(part.commitment.paidDay ?? 0, part.day);
    }
  });
  return dated;
}
