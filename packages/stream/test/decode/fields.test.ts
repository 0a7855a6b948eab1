import { Decimal, defineTable, int64, nullable, utf8 } from "@lakewright/core";
import { describe, expect, it } from "vitest";
import {
  decodeFields,
  Drop,
  fieldReader,
  json,
  type RecordFields,
  reject,
  Rejection,
  type SourceRecord,
} from "../../src/index.ts";

const record = (value: SourceRecord["value"], csv?: SourceRecord["csv"]): SourceRecord => ({
  offset: 0n,
  next: 1n,
  key: null,
  value,
  headers: [],
  line: 3,
  csv,
});

const nested =
  '{"id":12345678901234567890,"a.b":"flat","a":{"b":"deep","c":[{"d":1.50},null]},"n":null,"long":0.12345678901234567890}';

describe("the fields of a record", () => {
  it("of JSON are found by name, or by a path into it", () => {
    const fields = fieldReader()(record(nested)) as RecordFields;
    expect(fields.format).toBe("json");
    expect(fields.names).toEqual(["id", "a.b", "a", "n", "long"]);
    expect(fields.value("id")).toBe(12345678901234567890n);
    expect(fields.value("a.b")).toBe("flat");
    expect(fields.value("a.c.0.d")).toBe(1.5);
    expect(fields.value("a.c.1")).toBeNull();
    expect(fields.value("long")).toEqual(Decimal.from("0.12345678901234567890"));
    for (const path of ["nosuch", "a.nosuch", "n.x", "id.x", "constructor", "a.constructor", ""]) {
      expect(fields.value(path)).toBeUndefined();
    }
  });

  it("are text where text is asked for, with every digit", () => {
    const fields = fieldReader()(record(nested)) as RecordFields;
    expect(fields.text("id")).toBe("12345678901234567890");
    expect(fields.text("long")).toBe("0.12345678901234567890");
    expect(fields.text("a.c")).toBe('[{"d":1.5},null]');
    expect(fields.text("n")).toBeUndefined();
  });

  it("of CSV are found by the header, of each file its own", () => {
    const read = fieldReader();
    const first = { source: "1.csv", columns: ["id", "a.b"], delimiter: ",", quote: '"' };
    const second = { source: "2.csv", columns: undefined, delimiter: ";", quote: "" };
    expect((read(record('1,"x, y"', first)) as RecordFields).value("a.b")).toBe("x, y");
    const bare = read(record('7;"', second)) as RecordFields;
    expect([bare.names, bare.text("1"), bare.text("id")]).toEqual([["0", "1"], '"', undefined]);
    expect((read(record("2,z", first)) as RecordFields).text("id")).toBe("2");
    expect(read(record("2", first))).toMatchObject({ code: "RAGGED_ROW" });
    expect(read(record('2,"', first))).toMatchObject({ code: "INVALID_QUOTE" });
  });

  it.each(["[1]", "3", "null", '"a"', "{", ""])("of %j are none", (text) => {
    expect(fieldReader()(record(text))).toMatchObject({ code: "INVALID_JSON" });
  });
});

describe("a mapping of one's own", () => {
  const table = defineTable("t", { id: int64(), city: nullable(utf8()) });
  const decoder = decodeFields(table, (fields) => {
    const id = fields.text("id");
    return id === undefined || !/^\d+$/.test(id)
      ? reject("INVALID_VALUE", `id ${id} is no number`, "id")
      : { id: BigInt(id), city: fields.text("address.city") ?? null };
  });

  it("reads both formats", () => {
    const csv = { source: "1.csv", columns: ["address.city", "id"], delimiter: ",", quote: '"' };
    expect(decoder.decode(record('{"id":1,"address":{"city":"Bonn"}}'))).toEqual({
      id: 1n,
      city: "Bonn",
    });
    expect(decoder.decode(record("Bonn,1", csv))).toEqual({ id: 1n, city: "Bonn" });
    expect(decoder.decode(record("{}"))).toBeInstanceOf(Rejection);
    expect(decoder.decode(record("no json"))).toMatchObject({ code: "INVALID_JSON" });
    expect(decoder.decode(record(null))).toBeInstanceOf(Drop);
    expect(decoder.decode(record(Uint8Array.from([0xff])))).toMatchObject({
      code: "INVALID_ENCODING",
    });
  });

  it("is not needed where JSON columns have paths", () => {
    const paths = json(table, { columns: { city: "address.city" } });
    expect(paths.decode(record('{"id":1,"address":{"city":"Bonn"}}'))).toEqual({
      id: 1n,
      city: "Bonn",
    });
    expect(paths.decode(record('{"id":1,"address":{}}'))).toEqual({ id: 1n, city: null });
    expect(paths.decode(record('{"id":1,"city":"Bonn"}'))).toMatchObject({ code: "UNKNOWN_FIELD" });
    expect(() => json(table, { columns: { town: "x" } as never })).toThrow(/no column "town"/);
  });
});
