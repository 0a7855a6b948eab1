import {
  barList,
  figure,
  grouped,
  type Html,
  html,
  name,
  num,
  section,
  table,
} from "@lakewright/example-report-kit";
import { Decimal } from "@lakewright/core";
import type { MoneyFacts, PaymentFacts, ProductFacts } from "../model.ts";

const money = (key: string, text: string): Html => num(key, text, grouped(text));

function twoDigits(text: string): string {
  return Decimal.from(text).rescale(2, "halfEven").toString();
}

/** Amounts by currency, payment method and product; different currencies are never added up. */
export function moneySection(
  { currencies, eur, rates }: MoneyFacts,
  payments: readonly PaymentFacts[],
  products: readonly ProductFacts[],
): Html {
  const converted = Object.entries(rates).filter(([currency]) => currency !== "EUR");
  const all = currencies.map(({ currency }) => currency);
  return section(
    "money",
    "Amounts",
    "Exact decimals from the first digit to the last. Amounts of different currencies are added up only after conversion, and rounded once.",
    html`<div class="grid">
        <figure>
          ${table("By currency", currencies, [
            { title: "currency", cell: (row) => row.currency },
            {
              title: "transactions",
              numeric: true,
              cell: (row) => num(`currency.${row.currency}.count`, row.count),
            },
            {
              title: "total",
              numeric: true,
              cell: (row) => money(`currency.${row.currency}.total`, row.total),
            },
            {
              title: "average",
              numeric: true,
              cell: (row) =>
                num(
                  `currency.${row.currency}.average`,
                  row.average,
                  grouped(twoDigits(row.average)),
                ),
            },
          ])}
          ${
            eur === undefined
              ? ""
              : html`<figcaption>
                  Together ${money("eur", eur)}
                  EUR${converted.length === 0 ? "" : html`, at ${converted.map(([currency, rate], k) => html`${k > 0 ? ", " : ""}${num(`rate.${currency}`, rate)} for ${currency}`)}`}.
                </figcaption>`
          }
        </figure>
        ${
          payments.length === 0
            ? ""
            : figure(
                "Transactions by payment method",
                barList(
                  payments.map(({ method, count }) => ({
                    label: name(method),
                    size: count,
                    value: num(`payment.${method}.count`, count),
                  })),
                ),
              )
        }
      </div>
      ${
        payments.length === 0
          ? ""
          : html`<figure class="wide">
              ${table("Totals by payment method and currency", payments, [
                { title: "payment method", cell: (row) => name(row.method) },
                ...all.map((currency) => ({
                  title: currency,
                  numeric: true,
                  cell: (row: PaymentFacts) =>
                    row.totals[currency] === undefined
                      ? "–"
                      : money(`payment.${row.method}.${currency}`, row.totals[currency]),
                })),
              ])}
            </figure>`
      }
      ${products.length === 0 ? "" : productFigures(products)}`,
  );
}

function productFigures(products: readonly ProductFacts[]): Html {
  return html`<div class="grid">
    ${figure(
      "Most bought products",
      barList(
        products.map(({ id, name: title, purchases }) => ({
          label: name(title ?? id),
          size: purchases,
          value: num(`product.${id}.purchases`, purchases),
          colour: "green",
        })),
      ),
    )}
    <figure>
      ${table("Their revenue", products, [
        {
          title: "product",
          cell: (row) =>
            html`${name(row.name ?? row.id)}${row.category === null ? "" : html` <span class="soft">${name(row.category)}</span>`}`,
        },
        ...(products.some(({ buyers }) => buyers !== undefined)
          ? [
              {
                title: "buyers",
                numeric: true,
                cell: (row: ProductFacts) =>
                  row.buyers === undefined ? "–" : num(`product.${row.id}.buyers`, row.buyers),
              },
            ]
          : []),
        {
          title: "revenue",
          numeric: true,
          cell: (row: ProductFacts) =>
            row.revenue === undefined
              ? "–"
              : html`${money(`product.${row.id}.revenue`, row.revenue.total)}
                ${row.revenue.currency}`,
        },
      ])}
    </figure>
  </div>`;
}
