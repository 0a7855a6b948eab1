import { type Content, Html, html } from "./html.ts";
import { styles } from "./styles.ts";

/** A section of a page: where it is, what the navigation calls it, and the section itself. */
export type PagePart = readonly [id: string, title: string, body: Html];

export interface Page {
  /** In the tab of the browser. */
  readonly title: string;
  readonly heading: Content;
  readonly lead: Content;
  readonly parts: readonly PagePart[];
  readonly footer: Content;
}

/** A page as one file: no script, no request, light and dark, readable on a phone. */
export function page({ title, heading, lead, parts, footer }: Page): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <style>
          ${new Html(styles)}
        </style>
      </head>
      <body>
        <header>
          <h1>${heading}</h1>
          <p class="lead">${lead}</p>
          <nav aria-label="Sections">
            ${parts.map(([id, label]) => html`<a href="#${id}">${label}</a>`)}
          </nav>
        </header>
        <main>${parts.map(([, , body]) => body)}</main>
        <footer>${footer}</footer>
      </body>
    </html> `.markup;
}
