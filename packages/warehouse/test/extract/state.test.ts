import { duckdb } from "@lakewright/sql/duckdb";
import {
  type ExtractionState,
  extract,
  jsonState,
  memoryState,
  type StateRecord,
} from "@lakewright/warehouse/extract";
import { describe, expect, it } from "vitest";
import { changed, put, sourceIn } from "./extraction.ts";

const kept = (text: string): ExtractionState =>
  jsonState({ read: () => Promise.resolve(text), write: () => Promise.resolve() });
const holding = (record: StateRecord): ExtractionState => ({
  ...memoryState(),
  load: () => Promise.resolve(record),
});

describe("a state that is damaged", () => {
  it.each(["5", '"text"', "[]", "true", "[{}]", "{", "\u0000", '{"t": 1}', '{"t": null}'])(
    "is not taken for an empty one: %s",
    async (text) => {
      await expect(kept(text).load("other")).rejects.toMatchObject({
        code: "WAREHOUSE_INVALID_OPTION",
      });
    },
  );

  it.each(['"x"', "1.5", "{}", "-1"])("has a number that is none: %s", async (sequence) => {
    const text = `{"t": {"sequence": ${sequence}, "at": 1, "body": "{}"}}`;
    await expect(kept(text).load("t")).rejects.toMatchObject({ code: "WAREHOUSE_INVALID_OPTION" });
  });

  it("has no record under the names every object has", async () => {
    const state = kept("{}");
    for (const name of ["constructor", "__proto__", "toString"]) {
      expect(await state.load(name)).toBeUndefined();
    }
  });

  it.each([
    "null",
    "5",
    "[]",
    '{"strategy":"watermark","cursor":["sysModifiedDate","sysCreatedDate"],"watermark":"yesterday"}',
    '{"strategy":"watermark","cursor":["sysModifiedDate","sysCreatedDate"],"watermark":5}',
    '{"strategy":"watermark","cursor":"sysModifiedDate"}',
    '{"strategy":"watermark","cursor":["sysModifiedDate","sysCreatedDate"],"recent":5}',
    '{"strategy":"watermark","cursor":["sysModifiedDate","sysCreatedDate"],"nulls":[5]}',
    '{"strategy":"watermark","cursor":["sysModifiedDate","sysCreatedDate"],"range":true}',
  ])("has a body no extraction wrote: %s", async (body) => {
    await using engine = duckdb(":memory:");
    const source = await sourceIn(engine, "main");
    await put(engine, source, [{ order: 1, sysCreatedDate: 1n }]);
    const state = holding({ sequence: 1n, watermark: undefined, at: 0n, body });
    const extraction = extract(engine, source, { strategy: changed(), state });
    await expect(Array.fromAsync(extraction)).rejects.toMatchObject({
      code: "WAREHOUSE_INVALID_OPTION",
    });
  });
});
