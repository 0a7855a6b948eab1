import { type Data, Dictionary, Int32, makeVector, Utf8 } from "apache-arrow";
import { columnData } from "../column-data.ts";
import { type Encoder, isMissing, MISSING, type Report } from "./encoder.ts";
import { reserved } from "./numbers.ts";
import { notText, Utf8Encoder } from "./text.ts";
import { Validity } from "./validity.ts";

/** Up to this many distinct values a dictionary is always kept. */
const SMALL = 4096;

/**
 * Text with repeated values: each distinct value once, and a code a row. A column that turns out to have mostly
 * distinct values is given up as plain text, for this batch and those to come.
 */
export class DictionaryEncoder implements Encoder {
  private readonly nullable: boolean;
  private readonly type = new Dictionary(new Utf8(), new Int32());
  private readonly validity = new Validity();
  private codes: Int32Array = new Int32Array(0);
  private length = 0;
  private distinct: string[] = [];
  private codeOf = new Map<string, number>();
  private plain: Utf8Encoder | undefined;

  constructor(nullable: boolean) {
    this.nullable = nullable;
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    if (this.plain) return this.plain.append(values, count, report, room);
    this.codes = reserved(this.codes, this.length + room, Int32Array);
    const { codes, codeOf, distinct } = this;
    let n = this.length;
    let last: unknown;
    let lastCode = 0;
    for (let i = 0; i < count; i++, n++) {
      const value = values[i];
      if (typeof value === "string") {
        if (value === last) {
          codes[n] = lastCode;
          continue;
        }
        let code = codeOf.get(value);
        if (code === undefined && value.isWellFormed()) {
          code = distinct.length;
          codeOf.set(value, code);
          distinct.push(value);
        }
        if (code !== undefined) {
          codes[n] = lastCode = code;
          last = value;
          continue;
        }
      }
      codes[n] = 0;
      this.validity.clear(n);
      if (isMissing(value)) {
        if (!this.nullable) report(i, value, MISSING);
      } else {
        report(i, value, notText(value));
      }
    }
    this.length = n;
    if (distinct.length > SMALL && 2 * distinct.length > n) this.giveUp(room - count);
  }

  finish(): Data {
    if (this.plain) return this.plain.finish();
    const length = this.length;
    const data = columnData(this.type, {
      length,
      data: this.codes.subarray(0, length),
      dictionary: makeVector(utf8Data(this.distinct)),
      ...this.validity.finish(length),
    });
    this.codes = new Int32Array(0);
    this.length = 0;
    this.distinct = [];
    this.codeOf = new Map();
    return data;
  }

  private giveUp(toCome: number): void {
    this.plain = new Utf8Encoder(this.nullable);
    const { nullBitmap } = this.validity.finish(this.length);
    const values = Array.from(this.codes.subarray(0, this.length), (code, i) =>
      nullBitmap === undefined || nullBitmap[i >> 3]! & (1 << (i & 7)) ? this.distinct[code] : null,
    );
    // What did not fit has been reported already.
    this.plain.append(values, values.length, () => {}, values.length + toCome);
    this.distinct = [];
    this.codeOf = new Map();
    this.length = 0;
  }
}

/** Text of a closed list of values. */
export class OneOfEncoder implements Encoder {
  private readonly nullable: boolean;
  private readonly values: readonly string[];
  private readonly dictionary: boolean;
  private readonly type = new Dictionary(new Utf8(), new Int32());
  private readonly codeOf: ReadonlyMap<unknown, number>;
  private readonly validity = new Validity();
  private codes: Int32Array = new Int32Array(0);
  private length = 0;

  constructor(values: readonly string[], nullable: boolean, dictionary: boolean) {
    this.values = values;
    this.nullable = nullable;
    this.dictionary = dictionary;
    this.codeOf = new Map(values.map((value, code) => [value, code]));
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    this.codes = reserved(this.codes, this.length + room, Int32Array);
    const { codes, codeOf } = this;
    let n = this.length;
    for (let i = 0; i < count; i++, n++) {
      const value = values[i];
      const code = codeOf.get(value);
      if (code !== undefined) {
        codes[n] = code;
        continue;
      }
      codes[n] = 0;
      this.validity.clear(n);
      if (isMissing(value)) {
        if (!this.nullable) report(i, value, MISSING);
      } else {
        report(i, value, `is none of ${this.values.join(", ")}`);
      }
    }
    this.length = n;
  }

  finish(): Data {
    const length = this.length;
    const codes = this.codes.subarray(0, length);
    const validity = this.validity.finish(length);
    this.codes = new Int32Array(0);
    this.length = 0;
    const dictionary = utf8Data(this.values);
    return this.dictionary
      ? columnData(this.type, {
          length,
          data: codes,
          dictionary: makeVector(dictionary),
          ...validity,
        })
      : spread(codes, dictionary, validity);
  }
}

function utf8Data(values: readonly string[]): Data<Utf8> {
  const encoder = new Utf8Encoder(false);
  encoder.append(values, values.length, () => {});
  return encoder.finish() as Data<Utf8>;
}

/** The plain text column that codes into a dictionary stand for; null rows are empty. */
function spread(
  codes: Int32Array,
  dictionary: Data<Utf8>,
  validity: ReturnType<Validity["finish"]>,
): Data {
  const { valueOffsets: from, values: bytes } = dictionary;
  const length = codes.length;
  const { nullBitmap } = validity;
  const valueOffsets = new Int32Array(length + 1);
  for (let i = 0; i < length; i++) {
    const valid = nullBitmap === undefined || nullBitmap[i >> 3]! & (1 << (i & 7));
    const size = valid ? from[codes[i]! + 1]! - from[codes[i]!]! : 0;
    valueOffsets[i + 1] = valueOffsets[i]! + size;
  }
  const data = new Uint8Array(valueOffsets[length]!);
  for (let i = 0; i < length; i++) {
    const start = valueOffsets[i]!;
    const size = valueOffsets[i + 1]! - start;
    const source = from[codes[i]!]!;
    for (let k = 0; k < size; k++) data[start + k] = bytes[source + k]!;
  }
  return columnData(new Utf8(), { length, valueOffsets, data, ...validity });
}
