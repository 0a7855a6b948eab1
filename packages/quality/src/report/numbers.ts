const GROUPED = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });

/** A count or number with its thousands apart: "200,000". */
export function grouped(value: number): string {
  return Number.isFinite(value) ? GROUPED.format(value) : String(value);
}

/** A share from 0 to 1 as a percentage; never 100 % or 0 % where it is only near. */
export function percentage(share: number): string {
  if (share === 1) return "100 %";
  if (share === 0) return "0 %";
  const rounded = Number((share * 100).toFixed(1));
  if (rounded === 100) return "> 99.9 %";
  return rounded === 0 ? "< 0.1 %" : `${rounded} %`;
}
