import {
  type Decimal,
  decimal,
  defineTable,
  int64,
  nullable,
  type Row,
  utf8,
} from "@lakewright/core";
import { Kafka } from "kafkajs";
import {
  csv,
  decodeFields,
  definePipeline,
  dropWhen,
  json,
  mapTo,
  mask,
  memorySink,
  memorySource,
  pseudonymise,
  reject,
  stepsFor,
} from "../../src/index.ts";
import { kafkaSource } from "../../src/kafkajs.ts";

const table = defineTable("t", { id: int64(), name: nullable(utf8()), amount: decimal(9, 2) });
const small = defineTable("s", { id: int64() });
const step = stepsFor(table);
const spec = { name: "p", source: memorySource([]), sink: memorySink() };
const key = new Uint8Array(32);

// A Kafka of kafkajs fits what the source asks for, without a cast.
kafkaSource(new Kafka({ brokers: [] }), { topic: "t", groupId: "g" });

definePipeline({
  ...spec,
  decode: json(table, { columns: { name: "person.name" } }),
  transform: [
    step.dropWhen((row) => row.id === 1n, "first"),
    step.mapRows("trim", (row) => ({ ...row, name: row.name?.trim() ?? null })),
    dropWhen((row: Row<typeof table>) => row.amount.unscaled === 0n, "empty"),
    pseudonymise(["name"], key),
    mask(["name"]),
  ],
});
definePipeline({
  name: "p",
  source: memorySource([]),
  decode: csv(table, { columns: { amount: "Betrag" } }),
  outputs: [
    { name: "all", sink: memorySink() },
    { name: "small", sink: memorySink(), map: step.mapTo(small, (row) => ({ id: row.id })) },
  ],
});
decodeFields(small, (field, record) =>
  field.names.length === 0 ? reject("EMPTY", "no fields") : { id: BigInt(record.line ?? 0) },
);

// @ts-expect-error a column the table has not
json(table, { columns: { nosuch: "x" } });
// @ts-expect-error a column the table has not
csv(table, { columns: { nosuch: "x" } });
// @ts-expect-error a number column
definePipeline({ ...spec, decode: json(table), transform: [mask(["amount"])] });
// @ts-expect-error a column the table has not
definePipeline({ ...spec, decode: json(table), transform: [pseudonymise(["nosuch"], key)] });
// @ts-expect-error a row of another table
definePipeline({ ...spec, decode: json(small), transform: [step.dropWhen(() => true, "x")] });
// @ts-expect-error the row lacks a column
mapTo(table, (row: Row<typeof small>) => ({ id: row.id }));

export const amount = (row: Row<typeof table>): Decimal => row.amount;
