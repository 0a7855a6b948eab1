import type { ReportModel } from "../model.ts";
import { html } from "./html.ts";
import { styles } from "./styles.ts";

export function reportPage(model: ReportModel): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <title>${model.source.name}</title>
        <style>
          ${styles}
        </style>
      </head>
      <body>
        <pre>
${JSON.stringify(model, (_, v: unknown) => (typeof v === "bigint" ? String(v) : v), 1)}</pre>
      </body>
    </html>`.markup;
}
