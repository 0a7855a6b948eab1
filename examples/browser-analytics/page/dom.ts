type Child = Node | string | undefined | false;
type Value = string | number | boolean | undefined | ((event: never) => void);

/** An element. Attributes whose name begins with "on" are listeners; false and undefined leave one out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, Value>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (typeof value === "function") {
      element.addEventListener(name.slice(2), value as (event: Event) => void);
    } else element.setAttribute(name, value === true ? "" : String(value));
  }
  fill(element, ...children);
  return element;
}

/** Replaces what an element has in it. */
export function fill(element: Element, ...children: readonly Child[]): void {
  element.replaceChildren(...children.filter((child) => child !== undefined && child !== false));
}

/** A table of texts; columns named in `numbers` stand to the right. */
export function textTable(
  caption: string,
  columns: readonly { readonly name: string; readonly number?: boolean }[],
  rows: readonly (readonly (Node | string)[])[],
): HTMLElement {
  const side = (k: number): string | undefined => (columns[k]!.number ? "number" : undefined);
  return el(
    "div",
    { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    el(
      "table",
      {},
      el("caption", { class: "unseen" }, caption),
      el(
        "thead",
        {},
        el(
          "tr",
          {},
          ...columns.map(({ name }, k) => el("th", { scope: "col", class: side(k) }, name)),
        ),
      ),
      el(
        "tbody",
        {},
        ...rows.map((row) =>
          el("tr", {}, ...row.map((cell, k) => el("td", { class: side(k) }, cell))),
        ),
      ),
    ),
  );
}
