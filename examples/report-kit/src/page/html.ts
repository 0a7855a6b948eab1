/** Markup that is safe to put into a page: made by {@link html}, which escapes whatever else it is given. */
export class Html {
  readonly markup: string;

  constructor(markup: string) {
    this.markup = markup;
  }
}

export type Content = Html | string | number | bigint | undefined | null | readonly Content[];

/** Markup with values put in: text is escaped, {@link Html} taken as it is, lists one after the other. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(
    strings.map((text, k) => text + (k < values.length ? rendered(values[k]) : "")).join(""),
  );
}

function rendered(content: Content): string {
  if (content instanceof Html) return content.markup;
  if (Array.isArray(content)) return content.map(rendered).join("");
  if (content === undefined || content === null) return "";
  return escaped(String(content as string | number | bigint));
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}
