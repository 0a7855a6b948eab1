import type { App } from "../app.ts";
import { el, fill } from "../dom.ts";
import { droppedFiles, sample } from "../lake/sources.ts";

/** The head of the page: what is open, and how another table is opened. Folders can be dropped anywhere. */
export function sourceView(app: App): HTMLElement {
  const title = el("h1", {});
  const where = el("p", { class: "soft" });
  const folder = el("input", {
    type: "file",
    webkitdirectory: true,
    class: "unseen",
    id: "folder",
    tabindex: -1,
    onchange: () => {
      if (folder.files?.length) void app.open(droppedFiles([...folder.files]));
      folder.value = "";
    },
  });
  const head = el(
    "header",
    {},
    el("div", {}, title, where),
    el(
      "div",
      { class: "actions" },
      el("button", { type: "button", onclick: () => folder.click() }, "Open a folder…"),
      el("button", { type: "button", onclick: () => void app.open(sample) }, "Sample"),
      folder,
    ),
  );
  app.onChange(({ source, lake, busy }) => {
    fill(title, lake?.title ?? source.title);
    fill(where, `A Delta table, ${source.where}${busy === "opening" ? " · opening …" : ""}`);
  });
  takeDrops(app);
  return head;
}

function takeDrops(app: App): void {
  const mark = (dragging: boolean): void =>
    void document.body.toggleAttribute("data-drop", dragging);
  for (const type of ["dragenter", "dragover"] as const) {
    document.addEventListener(type, (event) => {
      event.preventDefault();
      if (event.dataTransfer) event.dataTransfer.dropEffect = "copy";
      mark(true);
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) mark(false);
  });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    const { items } = event.dataTransfer ?? {};
    if (items?.length) void app.open(droppedFiles([...items]));
  });
}
