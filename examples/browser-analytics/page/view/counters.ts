import type { App } from "../app.ts";
import { el, fill } from "../dom.ts";
import { formatBytes, formatCount } from "../format.ts";

/** How little was read. The numbers are those of the store: bytes as they came. */
export function countersView(app: App): HTMLElement {
  const files = counter("files", "Data files");
  const bytes = counter("bytes", "Bytes of data");
  const rows = counter("rows", "Rows chosen");
  const log = counter("log", "Bytes of log");
  app.onChange(({ lake, table, rowsSoFar, summary, busy, tookMs, readFor }) => {
    const all = table?.files() ?? [];
    const size = all.reduce((sum, file) => sum + file.bytes, 0);
    const live = all.every(({ rows }) => rows !== undefined)
      ? all.reduce((sum, file) => sum + file.rows!, 0)
      : undefined;
    const { counter } = lake ?? {};
    files.show(
      counter ? counter.files.size : undefined,
      `read ${formatCount(counter?.files.size ?? 0)}`,
      `of ${formatCount(all.length)} files`,
    );
    bytes.show(
      counter?.dataBytes,
      formatBytes(counter?.dataBytes ?? 0),
      `of ${formatBytes(size)}, for ${readFor}`,
    );
    const count = busy ? rowsSoFar : (summary?.rows ?? 0);
    const pace = busy || !summary ? "" : ` · ${formatCount(Math.round(tookMs))} ms`;
    rows.show(
      lake && count,
      formatCount(count),
      `${live === undefined ? "" : `of ${formatCount(live)}`}${pace}`,
    );
    log.show(counter?.logBytes, formatBytes(counter?.logBytes ?? 0), "read once");
  });
  return el(
    "section",
    { class: "counters", "aria-label": "What was read" },
    files.element,
    bytes.element,
    rows.element,
    log.element,
  );
}

interface Counter {
  readonly element: HTMLElement;
  show(value: number | undefined, big: string, small: string): void;
}

function counter(name: string, label: string): Counter {
  const big = el("data", { class: "big", "data-counter": name });
  const small = el("span", { class: "soft" });
  return {
    element: el("div", { class: "card" }, el("span", { class: "soft small" }, label), big, small),
    show: (value, bigText, smallText) => {
      big.value = value === undefined ? "" : String(value);
      fill(big, value === undefined ? "–" : bigText);
      fill(small, value === undefined ? "" : smallText);
    },
  };
}
