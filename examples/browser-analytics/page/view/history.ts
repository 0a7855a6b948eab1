import type { CommitInfo } from "@lakewright/lake";
import type { App } from "../app.ts";
import { el, fill, textTable } from "../dom.ts";
import { formatBytes, formatCount, formatDay } from "../format.ts";

/** The commits, newest first; each can be gone to. */
export function historyView(app: App): HTMLElement {
  const content = el("div", { class: "card" });
  const draw = (commits: readonly CommitInfo[], current: bigint | undefined): void => {
    const rows = commits.toReversed().map((commit) => [
      el(
        "button",
        {
          type: "button",
          class: "link",
          "aria-current": commit.version === current ? "true" : undefined,
          onclick: () => void app.show(commit.version),
        },
        String(commit.version),
      ),
      formatDay(commit.timestamp),
      commit.operation ?? "",
      whatWasDone(commit),
      commit.engine ?? "",
    ]);
    const names = ["version", "day", "operation", "what was done", "engine"];
    fill(
      content,
      textTable(
        "Commits",
        names.map((name) => ({ name })),
        rows,
      ),
    );
  };
  app.onChange(({ lake, table }, before) => {
    if (!lake) fill(content, el("p", { class: "empty" }, "No table is open."));
    else if (lake !== before.lake || table !== before.table) draw(lake.commits, table?.version);
  });
  return content;
}

const words: Readonly<Record<string, string>> = {
  numOutputRows: "rows written",
  numDeletedRows: "rows deleted",
  numUpdatedRows: "rows updated",
  numCopiedRows: "rows copied",
  numAddedFiles: "files added",
  numRemovedFiles: "files removed",
  numDeletionVectorsAdded: "deletion vectors",
  numFiles: "files",
};

function whatWasDone({ metrics }: CommitInfo): string {
  const parts = Object.entries(words).flatMap(([name, word]) => {
    const count = Number(metrics[name] ?? 0);
    return count > 0 ? [`${formatCount(count)} ${word}`] : [];
  });
  const bytes = Number(metrics["numOutputBytes"] ?? 0);
  return [...parts, ...(bytes > 0 ? [formatBytes(bytes)] : [])].join(", ");
}
