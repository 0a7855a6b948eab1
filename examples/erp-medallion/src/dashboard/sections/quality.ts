import {
  barList,
  card,
  figure,
  type Html,
  html,
  name,
  num,
  section,
  table,
} from "@lakewright/example-report-kit";
import { type DashboardReader, n, text } from "../reader.ts";

const words: Readonly<Record<string, string>> = {
  rewritten: "written in one way",
  null_marker: "a word for nothing, now null",
  invalid: "not valid, now null",
  converted: "converted to euro",
  implausible: "impossible day, replaced by the day of entry",
  unknown_item: "of an article that is gone",
  taken_from_billing: "missing, taken from billing",
  taken_from_zip_code: "missing, that of the zip code",
  unknown_place: "no place of the zip code table",
  left_the_company: "active in spite of leaving",
  duplicate_place: "there twice",
};

/** Whether every row is accounted for, and what was wrong with some. */
export async function qualitySection(reader: DashboardReader): Promise<Html> {
  const accounts = await reader.rows(`SELECT * FROM silver_reconciliation ORDER BY table_name`);
  const dirt = await reader.rows(
    `SELECT table_name, column_name, reason, count(*) AS found FROM silver_dirt GROUP BY table_name, column_name, reason ORDER BY count(*) DESC, table_name, column_name`,
  );
  const quarantine = await reader.rows(
    `SELECT table_name, reason, count(*) AS found FROM silver_quarantine GROUP BY table_name, reason ORDER BY count(*) DESC, table_name, reason`,
  );
  const sum = (column: string): number =>
    accounts.reduce((total, row) => total + n(row, column), 0);
  const sign = (of: string): Html => html`<span class="sign" aria-hidden="true">${of}</span>`;
  const said = (reason: string): string => words[reason] ?? reason.replaceAll("_", " ");
  return section(
    "quality",
    "Data quality",
    "Every row of bronze is a row of silver, in quarantine with its reason, or left out by a rule that has a name.",
    html`<div class="balance">
        ${card("rows in bronze", num("quality.current", sum("current_rows")))}${sign("=")}
        ${card("loaded", num("quality.loaded", sum("loaded_rows")), undefined, "good")}${sign("+")}
        ${card("quarantined", num("quality.quarantined", sum("quarantined_rows")), undefined, "warn")}${sign("+")}
        ${card("comments left out", num("quality.left-out", sum("left_out_rows")), undefined, "soft")}
      </div>
      <div class="grid">
        ${figure(
          "Values that were mended or taken out",
          barList(
            dirt.slice(0, 14).map((row, k) => ({
              label: html`<span class="name"
                  >${text(row, "table_name").replace(/^(dim|fact)_/, "")}.${text(row, "column_name")}</span
                >: ${said(text(row, "reason"))}`,
              size: n(row, "found"),
              value: num(`dirt.${k}`, n(row, "found")),
              colour:
                text(row, "reason") === "invalid" || text(row, "reason") === "implausible"
                  ? "red"
                  : "amber",
            })),
          ),
        )}
        ${figure(
          "In quarantine",
          quarantine.length === 0
            ? html`<p class="soft">Nothing.</p>`
            : barList(
                quarantine.map((row, k) => ({
                  label: html`<span class="name">${text(row, "table_name")}</span>:
                    ${said(text(row, "reason"))}`,
                  size: n(row, "found"),
                  value: num(`quarantine.${k}`, n(row, "found")),
                  colour: "red",
                })),
              ),
          "The rows are in silver_quarantine, as they were read.",
        )}
      </div>
      ${figure(
        undefined,
        table("Rows of bronze and what became of them", accounts, [
          { title: "Silver", cell: (row) => name(text(row, "table_name")) },
          { title: "From", cell: (row) => name(text(row, "source_table")) },
          {
            title: "Bronze",
            numeric: true,
            cell: (row, k) => num(`account.${k}.current`, n(row, "current_rows")),
          },
          {
            title: "Loaded",
            numeric: true,
            cell: (row, k) => num(`account.${k}.loaded`, n(row, "loaded_rows")),
          },
          {
            title: "Quarantined",
            numeric: true,
            cell: (row, k) => num(`account.${k}.quarantined`, n(row, "quarantined_rows")),
          },
          {
            title: "Left out",
            numeric: true,
            cell: (row, k) => num(`account.${k}.left-out`, n(row, "left_out_rows")),
          },
        ]),
      )}`,
  );
}
