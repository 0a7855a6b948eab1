import type { OurName } from "../mapping/columns.ts";
import type { InputPlan } from "../mapping/plan.ts";
import type { ReportModel } from "./model.ts";

/** What a file lacks, and what is therefore left out. */
const lacks: readonly (readonly [OurName, string])[] = [
  ["transaction_id", "No transaction id: duplicates cannot be told, and none are dropped."],
  ["created_at", "No date: volume over time, outages and churn are left out."],
  ["user_id", "No user id: users, people, their summaries and churn are left out."],
  ["payment_method", "No payment method: its totals are left out."],
  ["product_id", "No product id: purchase counts are left out."],
];

/** Everything a reader should know before believing the numbers. */
export function notesOf(plan: InputPlan, model: Omit<ReportModel, "notes">): string[] {
  const notes = [...plan.notes];
  for (const [column, note] of lacks) if (!plan.columns.has(column)) notes.push(note);
  const { balance, people, volume, money, churn, fraud, outages } = model;
  if (balance.read === 0) notes.push("The file has a header and no records.");
  if (people && !people.linked)
    notes.push("Nothing but ids tells users apart: each counts as a person.");
  if (volume && volume.undated > 0)
    notes.push(`${volume.undated} transactions have no date; charts over time leave them out.`);
  if (volume && !volume.byHour)
    notes.push("Dates have no time of day: hours are left out, and outages cannot be told.");
  else if (volume && !outages)
    notes.push("Too few transactions an hour to tell an outage from a quiet hour.");
  const unrated = money.currencies
    .map(({ currency }) => currency)
    .filter((currency) => money.rates[currency] === undefined);
  if (unrated.length > 0)
    notes.push(
      `No rate to EUR is known for ${unrated.join(", ")}: it is left out of amounts in euro.`,
    );
  if (!fraud) notes.push("Too few transactions to tell unusual ones.");
  if (churn.kind === "left out" && plan.columns.has("user_id") && plan.columns.has("created_at")) {
    notes.push(`Churn is left out: ${churn.because}.`);
  }
  return notes;
}
