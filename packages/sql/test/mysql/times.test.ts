import { formatDate } from "@lakewright/core";
import { makeData, DateDay, TimestampMicrosecond } from "apache-arrow";
import fc from "fast-check";
import { expect, it } from "vitest";
import { LoadBuffer } from "../../src/mysql/load/buffer.ts";
import { dateWriter, timestampWriter } from "../../src/mysql/load/times.ts";

/** 0000-01-01 and 9999-12-31. */
const [FIRST, LAST] = [-719_528, 2_932_896];

function written(write: (out: LoadBuffer) => void): string {
  const out = new LoadBuffer(true);
  write(out);
  return out.take().subarray(4).toString();
}

it("writes days of all years, also those that would be kept in one place, and refuses the others", () => {
  const days = fc.oneof(
    fc.integer({ min: FIRST, max: LAST }),
    fc.integer({ min: -80, max: 350 }).map((k) => k * 8192),
    fc.constantFrom(FIRST, LAST, 0, -1),
  );
  fc.assert(
    fc.property(fc.array(days, { minLength: 1, maxLength: 40 }), (values) => {
      const data = makeData({ type: new DateDay(), data: Int32Array.from(values) });
      const write = dateWriter(data, "d");
      const text = written((out) => values.forEach((_, i) => write(out, i)));
      expect(text).toBe(values.map(formatDate).join(""));
    }),
  );
  for (const day of [FIRST - 1, LAST + 1]) {
    const data = makeData({ type: new DateDay(), data: Int32Array.of(day) });
    const write = dateWriter(data, "d");
    expect(() => written((out) => write(out, 0))).toThrow(`day ${day} since 1970 is outside`);
  }
});

it("writes moments to the microsecond, before 1970 too", () => {
  const micros = fc.bigInt({ min: -62_167_219_200_000_000n, max: 253_402_300_799_999_999n });
  fc.assert(
    fc.property(micros, (value) => {
      const data = makeData({ type: new TimestampMicrosecond(), data: BigInt64Array.of(value) });
      const write = timestampWriter(data, "us", "t");
      const rest = ((value % 1000n) + 1000n) % 1000n;
      const text = new Date(Number((value - rest) / 1000n)).toISOString().replace("T", " ");
      expect(written((out) => write(out, 0))).toBe(
        text.replace("Z", String(rest).padStart(3, "0")),
      );
    }),
  );
});
