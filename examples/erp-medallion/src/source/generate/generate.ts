import { linkDeals, makeDeals } from "./documents/deals.ts";
import { makePurchases, type Purchases } from "./documents/purchases.ts";
import { draftSales, type Sales, writeSales } from "./documents/sales.ts";
import { settle } from "./documents/settle.ts";
import { activities } from "./field/activities.ts";
import { type Contracts, makeContracts } from "./field/contracts.ts";
import { makeEvents } from "./field/events.ts";
import { makeParameters } from "./parameters.ts";
import { type Colleagues, makeColleagues } from "./parties/colleagues.ts";
import { makeContacts } from "./parties/contacts.ts";
import { type Customers, makeCustomers } from "./parties/customers.ts";
import { type Places, placesOf } from "./parties/places.ts";
import { makeSuppliers } from "./parties/suppliers.ts";
import { makeReferences, type References } from "./references.ts";
import { tables } from "../schema/index.ts";
import { makeItemDetails } from "./stock/item-details.ts";
import { type Items, makeItems } from "./stock/items.ts";
import { makeStock } from "./stock/stock.ts";
import { type AnyRow, makeWorld, put, type RowOf, type SourceRows, type World } from "./world.ts";

export interface GenerateOptions {
  /** Of all that is drawn: the same seed gives the same rows. */
  readonly seed: number;
  /** Of the rows of the seed's 670,349; lists of choices keep theirs. Default 1. */
  readonly scale?: number | undefined;
}

/** The source on its first day, and what the days after it go on from. */
export interface GeneratedSource {
  readonly world: World;
  /** Rows by table. A table may be iterated again, and gives the same rows. */
  readonly rows: SourceRows;
  readonly references: References;
  readonly places: Places;
  readonly colleagues: Colleagues;
  readonly customers: Customers;
  readonly suppliers: readonly RowOf<"supplier">[];
  readonly items: Items;
  readonly sales: Sales;
  readonly purchases: Purchases;
  readonly contracts: Contracts;
  readonly events: readonly RowOf<"scheduleEvent">[];
}

/**
 * An ERP of a heating and plumbing company, coherent to the cent: lines add up to documents, payments to what they are for,
 * movements to the stock. What is wrong in it is listed in DIRT.
 */
export function generateSource({ seed, scale = 1 }: GenerateOptions): GeneratedSource {
  const world = makeWorld(seed, scale);
  const rows = new Map<string, Iterable<AnyRow>>();
  const references = makeReferences(world, rows);
  const places = placesOf(references.zipCodes);
  const colleagues = makeColleagues(world, rows);
  const customers = makeCustomers(world, places, colleagues, rows);
  const suppliers = makeSuppliers(world, places, rows);
  makeContacts(world, customers, suppliers, rows);
  const items = makeItems(world, suppliers, rows);
  makeItemDetails(world, items, suppliers, rows);
  const contracts = makeContracts(world, customers, items, places, rows);

  const drafts = draftSales(world, { customers, colleagues, references, items });
  const owners = linkDeals(world, drafts, customers);
  const sales = writeSales(world, drafts, rows);
  makeDeals(world, owners, sales, customers, colleagues, rows);
  const purchases = makePurchases(world, items, suppliers, colleagues, rows);
  settle(world, drafts, purchases.drafts, rows);
  makeStock(world, items, drafts, purchases.drafts, colleagues, rows);

  const events = makeEvents(world, customers, contracts, colleagues, rows);
  put(rows, tables.activity.table, {
    [Symbol.iterator]: () => activities(world, customers, colleagues, drafts),
  });
  makeParameters(world, rows);
  return {
    world,
    rows,
    references,
    places,
    colleagues,
    customers,
    suppliers,
    items,
    sales,
    purchases,
    contracts,
    events,
  };
}
