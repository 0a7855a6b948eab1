import { type Content, type Html, html } from "./html.ts";

/** A part of the report with a heading that can be linked to. */
export function section(id: string, title: string, lead: Content, body: Content): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    <p class="lead">${lead}</p>
    ${body}
  </section>`;
}

/** A chart or table in a box, with what it shows above it; a table says so itself. */
export function figure(title: Content, body: Content, caption?: Content): Html {
  return html`<figure>
    ${title === undefined ? "" : html`<h3>${title}</h3>`}
    ${body}${caption === undefined ? "" : html`<figcaption>${caption}</figcaption>`}
  </figure>`;
}

/** A number that is to be seen from afar. */
export function card(label: Content, value: Content, also?: Content, tone = ""): Html {
  return html`<div class="card">
    <span class="label">${label}</span
    ><span class="big ${tone}">${value}</span
    >${also === undefined ? "" : html`<span class="also">${also}</span>`}
  </div>`;
}
