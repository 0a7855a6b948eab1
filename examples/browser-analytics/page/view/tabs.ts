import { el } from "../dom.ts";

export interface Tab {
  readonly name: string;
  readonly content: HTMLElement;
}

/** Tabs, of which one is shown. Arrow keys go from one to the next. The panel is told by "shown" and "hidden". */
export function tabs(all: readonly Tab[]): HTMLElement {
  const buttons = all.map(({ name }, k) =>
    el(
      "button",
      {
        role: "tab",
        id: `tab-${name}`,
        "aria-controls": `panel-${name}`,
        type: "button",
        onclick: () => choose(k),
      },
      name,
    ),
  );
  const panels = all.map(({ name, content }) =>
    el(
      "section",
      { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}` },
      content,
    ),
  );
  const choose = (chosen: number): void => {
    for (const [k, button] of buttons.entries()) {
      const isChosen = k === chosen;
      button.setAttribute("aria-selected", String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
      const changes = panels[k]!.hidden === isChosen;
      panels[k]!.hidden = !isChosen;
      if (changes && isChosen) all[k]!.content.dispatchEvent(new Event("shown"));
    }
  };
  const bar = el(
    "div",
    {
      role: "tablist",
      class: "tabs",
      "aria-label": "Views of the rows chosen",
      onkeydown: (event: KeyboardEvent) => {
        const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
        if (step === undefined) return;
        const from = buttons.findIndex((button) => button.tabIndex === 0);
        const next = (from + step + buttons.length) % buttons.length;
        choose(next);
        buttons[next]!.focus();
      },
    },
    ...buttons,
  );
  for (const panel of panels) panel.hidden = true;
  choose(0);
  return el("div", {}, bar, ...panels);
}

/** Whether a view is the one shown. */
export function isShown(content: HTMLElement): boolean {
  return content.closest<HTMLElement>("[role=tabpanel]")?.hidden === false;
}
