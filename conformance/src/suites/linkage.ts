import { defineTable, nullable, toRows, utf8 } from "@lakewright/core";
import { defineLinker, type LinkerPreset } from "@lakewright/reconcile";
import { basename, resolve } from "node:path";
import { judge, noCounterpart, same } from "../judge.ts";
import { agreementOf, type Grouping } from "../linkage/agreement.ts";
import { personOf } from "../linkage/person.ts";
import { readSet } from "../linkage/set.ts";
import { CannotRun, type Suite } from "../suite.ts";

/** The configuration of each domain, by the columns of the records; undefined where the package has no preset. */
const DOMAINS: Readonly<
  Record<string, ((columns: readonly string[]) => LinkerPreset) | undefined>
> = {
  person: personOf,
  product: undefined,
  bibliographic: undefined,
  music: undefined,
  transaction: undefined,
  organisation: undefined,
};

const THRESHOLD = 0.8;

/** Records of one set, grouped without a look at the truth. What counts are the metrics. */
export const suite: Suite = {
  options: { domain: { type: "string", default: "person" }, train: { type: "boolean" } },
  async *run({ path, options, wants, metric }) {
    const domain = String(options["domain"]);
    if (!Object.hasOwn(DOMAINS, domain)) {
      throw new CannotRun(
        `There is no domain ${domain}; there are ${Object.keys(DOMAINS).join(", ")}.`,
      );
    }
    const name = `${basename(resolve(path))} ${domain}`;
    if (!wants(name)) return;
    const preset = DOMAINS[domain];
    if (!preset || options["train"] === true) {
      yield noCounterpart(name);
      return;
    }
    const { rows, truth } = readSet(path);
    yield await judge(name, async () => {
      const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
      const table = defineTable(
        "records",
        Object.fromEntries(
          columns.map((column) => [column, column === "id" ? utf8() : nullable(utf8())]),
        ),
      );
      const linker = defineLinker(table, preset(columns));
      const records = await linker.read(rows as never[]);
      const model = await linker.train(records);
      const clusters = await model.cluster(records, { threshold: THRESHOLD });
      const found: Grouping = new Map(
        toRows(clusters.assignments, clusters.assignmentsTable).map((row) => [
          row["id"] as string,
          row["cluster_id"] as string,
        ]),
      );
      same("records with a cluster", found.size, truth.size);
      metric("records", rows.length);
      metric("clusters", clusters.count);
      for (const [key, value] of Object.entries(agreementOf(found, truth))) {
        metric(key, Math.round((value as number) * 1e5) / 1e5);
      }
    });
  },
};
