import { grouped, type Html, html, num } from "@lakewright/example-report-kit";

/** Euros without cents: 1 234 567 €. */
export function euro(key: string, value: number): Html {
  return num(key, value.toFixed(2), `${grouped(value.toFixed(0))} €`);
}

/** Euros as people say them: 4.13 M€. */
export function bigEuro(key: string, value: number): Html {
  const [divisor, unit] = Math.abs(value) >= 1e6 ? [1e6, "M€"] : [1e3, "k€"];
  return num(
    key,
    value.toFixed(2),
    `${(value / divisor).toFixed(divisor === 1e6 ? 2 : 0)} ${unit}`,
  );
}

/** A number with so many digits after the point. */
export function fixed(key: string, value: number | undefined, digits: number, unit = ""): Html {
  if (value === undefined) return html`<span class="none">–</span>`;
  return num(key, value, `${grouped(value.toFixed(digits))}${unit}`);
}

/** How much more or less than before; nothing where there was nothing before. */
export function delta(now: number, before: number): Html | undefined {
  if (!(before > 0)) return undefined;
  const change = (100 * (now - before)) / before;
  const shown = `${change >= 0 ? "▲" : "▼"} ${Math.abs(change).toFixed(1)} %`;
  return html`<span class="delta ${change >= 0 ? "up" : "down"}">${shown}</span> on the year before`;
}

/** Labels below every so many columns. */
export function someLabels(texts: readonly string[], most: number): ReadonlyMap<number, string> {
  const step = Math.max(1, Math.ceil(texts.length / most));
  return new Map(texts.flatMap((text, k) => (k % step === 0 ? [[k, text] as const] : [])));
}
