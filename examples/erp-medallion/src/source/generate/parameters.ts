import { dayText, type Day, stamps } from "./time.ts";
import { parameterTables } from "../schema/parameters/parameter-tables.ts";
import type { ParameterTable } from "../schema/parameters/shapes.ts";
import { between, chance } from "./draw.ts";
import { type AnyRow, put, type World } from "./world.ts";

/** Rows of the tables beside the documents, made when they are read. */
export function makeParameters(world: World, into: Map<string, Iterable<AnyRow>>): void {
  for (const table of parameterTables)
    put(into, table.table, { [Symbol.iterator]: () => parameterRows(world, table) });
}

function* parameterRows(world: World, { table, shape }: ParameterTable): Generator<AnyRow> {
  const random = world.random(`parameters ${table.name}`);
  const count = world.counts.rows(table.name);
  const { first, last } = world;
  const span = last - first;
  const dayAt = (i: number): Day => first + Math.floor((i * span) / Math.max(1, count));
  const code = `${table.name.replace(/[^A-Z]/g, "").slice(0, 4)}`;
  for (let i = 0; i < count; i++) {
    switch (shape) {
      case "list":
        yield {
          id: `${code}${String(i + 1).padStart(3, "0")}`,
          caption: `${table.name} ${i + 1}`,
          sortOrder: i + 1,
          isDefault: i === 0,
          ...stamps(random, first - between(random, 0, 300), last, 900),
        };
        break;
      case "setting":
        yield {
          id: `${table.name}.${i + 1}`,
          value: chance(random, 0.9) ? String(between(random, 0, 10_000)) : null,
        };
        break;
      case "link":
        yield {
          id: i + 1,
          leftId: `L${String(1 + (i % 997)).padStart(5, "0")}`,
          rightId: `R${String(between(random, 1, 9_999)).padStart(5, "0")}`,
          sortOrder: 1 + (i % 9),
          ...stamps(random, dayAt(i), last, 300),
        };
        break;
      case "log":
        yield {
          id: i + 1,
          level: random.pick(["Info", "Info", "Info", "Warning", "Error"] as const),
          entity: random.pick(["SaleDocument", "Customer", "Item", "ScheduleEvent"]),
          entityId: String(between(random, 1, 20_000)),
          message: chance(random, 0.8) ? `Opération ${between(random, 1, 400)}` : null,
          ...stamps(random, dayAt(i), last, 0),
        };
        break;
      case "amount": {
        // Two rows an entry: the debit, and a credit of the same amount.
        const isDebit = i % 2 === 0;
        const amount = (1 + ((Math.imul(i >> 1, 2_654_435_761) >>> 8) % 400_000)) / 100;
        yield {
          id: i + 1,
          account: isDebit ? `411${between(random, 100, 999)}` : `707${between(random, 100, 999)}`,
          valueDate: dayText(dayAt(i - (i % 2))),
          label: `Écriture ${1 + (i >> 1)}`,
          debit: isDebit ? amount : 0,
          credit: isDebit ? 0 : amount,
          ...stamps(random, dayAt(i), last, 0),
        };
        break;
      }
    }
  }
}
