import { type Content, type Html, html } from "./html.ts";

export interface TableColumn<R> {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly numeric?: boolean;
  readonly cell: (row: R, index: number) => Content;
}

/** A table; the first column heads its row. On a phone each row becomes a small block. */
export function table<R>(
  caption: string,
  rows: readonly R[],
  columns: readonly TableColumn<R>[],
): Html {
  const [first, ...others] = columns;
  const kind = (column: TableColumn<R>): string => (column.numeric ? "n" : "t");
  return html`<table class="stack">
    <caption>
      ${caption}
    </caption>
    <thead>
      <tr>
        ${columns.map((column) => html`<th scope="col" class="${kind(column)}">${column.title}</th>`)}
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        (row, i) =>
          html`<tr>
            <th scope="row">${first!.cell(row, i)}</th>
            ${others.map(
              (column) =>
                html`<td class="${kind(column)}" data-label="${column.title}">
                  <span>${column.cell(row, i)}</span>
                </td>`,
            )}
          </tr>`,
      )}
    </tbody>
  </table>`;
}
