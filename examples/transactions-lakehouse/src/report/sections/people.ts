import {
  barList,
  card,
  type Html,
  html,
  name,
  num,
  section,
  table,
} from "@lakewright/example-report-kit";
import type { PeopleFacts, PlantedFacts } from "../model.ts";
import { plantedNote } from "./planted.ts";

/** Accounts, and the people behind them. */
export function peopleSection(
  { users, people, linked, sizes, examples }: PeopleFacts,
  planted: PlantedFacts | undefined,
): Html {
  if (!linked) {
    return section(
      "people",
      "Users",
      "Only ids tell them apart.",
      html`<div class="cards">${card("users", num("users", users))}</div>`,
    );
  }
  const accounts = examples.flat();
  return section(
    "people",
    "People",
    "Accounts that belong to one person, found by comparing names, mail addresses, phones and birthdays. The model was trained on the accounts themselves, without labels.",
    html`<div class="cards">
        ${card("accounts", num("users", users))}${card("people", num("people", people), undefined, "good")}
        ${card("accounts that are somebody's second", num("people.extra", users - people))}
      </div>
      <div class="grid">
        <figure>
          <h3>People by number of accounts</h3>
          ${barList(sizes.map((size) => ({ label: num(`people.size.${size.accounts}`, size.accounts, `${size.accounts} ${size.accounts === 1 ? "account" : "accounts"}`), size: size.people, value: num(`people.with.${size.accounts}`, size.people), colour: "violet" })))}
          ${planted === undefined ? "" : plantedNote("pairs", planted.pairs, "pairs of accounts of one person")}
        </figure>
        ${
          accounts.length === 0
            ? ""
            : html`<figure>
                ${table("Accounts taken for one person", accounts, [
                  { title: "account", cell: (row) => name(row.userId) },
                  { title: "name", cell: (row) => name(row.name) },
                  { title: "mail", cell: (row) => name(row.email) },
                ])}
              </figure>`
        }
      </div>`,
  );
}
