import type { CommitInfo } from "@lakewright/lake";
import type { App } from "../app.ts";
import { el, fill } from "../dom.ts";
import { formatDay } from "../format.ts";

const PAUSE_MS = 150;

/** The slider over the versions. */
export function versionView(app: App): HTMLElement {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const slider = el("input", {
    type: "range",
    id: "version",
    min: 0,
    max: 0,
    step: 1,
    "aria-describedby": "commit",
    oninput: () => {
      const commit = chosen();
      if (!commit) return;
      describe(commit);
      clearTimeout(waiting);
      waiting = setTimeout(() => void app.show(commit.version), PAUSE_MS);
    },
  });
  const number = el("output", { for: "version", class: "big" });
  const commit = el("p", { id: "commit", class: "soft" });
  const ticks = el("div", { class: "ticks", "aria-hidden": "true" });
  const chosen = (): CommitInfo | undefined => app.state.lake?.commits[Number(slider.value)];
  const describe = (info: CommitInfo): void => {
    fill(number, String(info.version));
    const text = `${info.operation ?? "commit"} · ${formatDay(info.timestamp)}`;
    fill(commit, text);
    slider.setAttribute("aria-valuetext", `version ${info.version}, ${text}`);
  };
  app.onChange(({ lake, table, busy }, before) => {
    if (lake !== before.lake || !lake) {
      slider.max = String(Math.max(0, (lake?.commits.length ?? 1) - 1));
      slider.disabled = (lake?.commits.length ?? 0) < 2;
      fill(ticks, ...(lake?.commits ?? []).map(() => el("i")));
      if (!lake) {
        fill(number, "–");
        fill(commit, busy === "opening" ? "reading the log …" : "no table is open");
      }
    }
    if (lake && table && table !== before.table) {
      const at = lake.commits.findIndex(({ version }) => version === table.version);
      slider.value = String(at);
      if (lake.commits[at]) describe(lake.commits[at]);
    }
  });
  return el(
    "section",
    { class: "card version", "aria-label": "Version" },
    el("div", {}, el("label", { for: "version" }, "Version"), number, commit),
    el("div", { class: "track" }, slider, ticks),
  );
}
