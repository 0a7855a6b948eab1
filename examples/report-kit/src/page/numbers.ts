import { type Html, html } from "./html.ts";

/** Thin blanks between groups of three digits: "1 234 567.89"; digits after the point stay as they are. */
export function grouped(text: string): string {
  const [whole = "", fraction] = text.replace("-", "−").split(".");
  const parts = whole.replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return fraction === undefined ? parts : `${parts}.${fraction}`;
}

/**
 * A number on the page, with a key under which a test finds it and recomputes it. The exact value is in the
 * attribute; what is shown may be shorter.
 */
export function num(
  key: string,
  value: number | bigint | string,
  shown: string = grouped(String(value)),
): Html {
  return html`<data data-key="${key}" value="${String(value)}">${shown}</data>`;
}

/** A share of 0 to 1, shown in percent with one digit. */
export function percent(key: string, share: number | undefined): Html {
  if (share === undefined) return html`<span class="none">–</span>`;
  return num(key, share, `${(share * 100).toFixed(1)} %`);
}

/** A probability or score, shown with three digits. */
export function score(key: string, value: number): Html {
  return num(key, value, value.toFixed(3));
}

/** A name or id from the data: it may have digits and is no number of ours. */
export function name(text: string | null): Html {
  return html`<span class="name">${text ?? "–"}</span>`;
}
