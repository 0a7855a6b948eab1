import { type Html, html, section } from "@lakewright/example-report-kit";

/** What the data lacks, and what follows. */
export function notesSection(notes: readonly string[]): Html {
  return section(
    "notes",
    "Good to know",
    "What the data lacks is left out, never made up.",
    html`<div class="card">
      <ul class="plain">
        ${notes.map((note) => html`<li class="name">${note}</li>`)}
      </ul>
    </div>`,
  );
}
