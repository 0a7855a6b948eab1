import { App } from "./app.ts";
import { el, fill } from "./dom.ts";
import { sample } from "./lake/sources.ts";
import { chartView } from "./view/chart.ts";
import { countersView } from "./view/counters.ts";
import { filterView } from "./view/filter.ts";
import { historyView } from "./view/history.ts";
import { keepView } from "./view/keep.ts";
import { problemBox } from "./view/problem.ts";
import { rowsView } from "./view/rows.ts";
import { schemaView } from "./view/schema.ts";
import { sourceView } from "./view/source.ts";
import { sqlView } from "./view/sql.ts";
import { tabs } from "./view/tabs.ts";
import { versionView } from "./view/version.ts";

const app = new App(sample);
const problem = el("div", { role: "alert" });
app.onChange(({ problem: now }, before) => {
  if (now !== before.problem) fill(problem, now !== undefined && problemBox(now));
});
fill(
  document.querySelector("#page")!,
  sourceView(app),
  el(
    "main",
    {},
    problem,
    versionView(app),
    countersView(app),
    filterView(app),
    tabs([
      { name: "Charts", content: chartView(app) },
      { name: "Rows", content: rowsView(app) },
      { name: "SQL", content: sqlView(app) },
      { name: "Schema", content: schemaView(app) },
      { name: "History", content: historyView(app) },
      { name: "Keep", content: keepView(app) },
    ]),
  ),
);
void app.open(sample);
