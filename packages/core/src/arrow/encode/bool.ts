import { Bool, type Data } from "apache-arrow";
import { columnData } from "../column-data.ts";
import { type Encoder, isMissing, MISSING, type Report } from "./encoder.ts";
import { reserved } from "./numbers.ts";
import { Validity } from "./validity.ts";

/** Booleans, one bit each. */
export class BoolEncoder implements Encoder {
  private readonly nullable: boolean;
  private readonly validity = new Validity();
  private bits: Uint8Array = new Uint8Array(0);
  private length = 0;

  constructor(nullable: boolean) {
    this.nullable = nullable;
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    this.bits = reserved(this.bits, (this.length + room + 7) >> 3, Uint8Array);
    const bits = this.bits;
    let n = this.length;
    for (let i = 0; i < count; i++, n++) {
      const value = values[i];
      if (value === true) {
        bits[n >> 3]! |= 1 << (n & 7);
      } else if (value !== false) {
        this.validity.clear(n);
        if (isMissing(value)) {
          if (!this.nullable) report(i, value, MISSING);
        } else {
          report(i, value, "is neither true nor false");
        }
      }
    }
    this.length = n;
  }

  finish(): Data {
    const length = this.length;
    const data = this.bits;
    this.bits = new Uint8Array(0);
    this.length = 0;
    return columnData(new Bool(), {
      length,
      data: data.subarray(0, (length + 7) >> 3),
      ...this.validity.finish(length),
    });
  }
}
