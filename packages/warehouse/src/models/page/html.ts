const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** HTML, so that it is not escaped again. Made by {@link html}. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** HTML with every value escaped, unless it is {@link Html} itself; lists are put one after the other. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Html {
  return new Html(strings.map((text, k) => text + render(values[k])).join(""));
}

function render(value: unknown): string {
  if (value === undefined || value === null || value === false) return "";
  if (value instanceof Html) return value.text;
  if (Array.isArray(value)) return value.map(render).join("");
  return String(value as string | number)
    .replace(/[&<>"']/g, (character) => ENTITIES[character]!)
    .replace(CONTROL, (character) => String.fromCodePoint(0x2400 + character.codePointAt(0)!));
}

/** Shown as symbols: no control character may stand in HTML. */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
