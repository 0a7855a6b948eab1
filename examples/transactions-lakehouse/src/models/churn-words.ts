/** How each number of the churn model is said; `%` stands for the value. */
const words: Readonly<Record<string, { readonly one: string; readonly many: string }>> = {
  recency_days: said("% day since the last order", "% days since the last order"),
  frequency: said("orders on % day", "orders on % days"),
  monetary_total: said("% spent in all"),
  average_order: said("% an order"),
  age_days: said("% day since the first order", "% days since the first order"),
  active_days: said(
    "% day from the first order to the last",
    "% days from the first order to the last",
  ),
  interval_days: said("% day between orders", "% days between orders"),
  recency_to_interval: said("the last order is % usual intervals ago"),
  recent_orders: said("% order lately", "% orders lately"),
  recent_amount: said("% spent lately"),
};

/** A reason of the churn model in words: "109 days since the last order". */
export function churnReason(feature: string, value: number | null): string {
  const name = feature.replaceAll("_", " ");
  if (value === null) return `${name} unknown`;
  const number = String(Number(value.toPrecision(feature === "recency_to_interval" ? 2 : 4)));
  const form = words[feature];
  return form === undefined
    ? `${name} ${number}`
    : (number === "1" ? form.one : form.many).replace("%", number);
}

function said(one: string, many: string = one): { readonly one: string; readonly many: string } {
  return { one, many };
}
