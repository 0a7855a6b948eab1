import { columnReader, type Field, formatMicros } from "@lakewright/core";
import type { Capabilities, Dialect } from "@lakewright/sql";
import { type Data, type RecordBatch, Type } from "apache-arrow";

/** A value that fits its column and that the engine cannot hold. */
export interface Unstorable {
  /** Its row in the batch. */
  readonly row: number;
  readonly column: string;
  readonly problem: string;
}

const utf8 = new TextEncoder();
const DAY_MICROS = 86_400_000_000n;

/** Looks for values of batches that the engine cannot hold: they would fail the whole load. */
export class StorableCheck {
  private readonly engine: {
    readonly dialect: Dialect;
    readonly capabilities: Pick<Capabilities, "nulInText" | "nonFiniteNumbers">;
  };
  private readonly fields: readonly Field[];
  private readonly indexed: ReadonlyMap<string, number>;

  /** @param indexed - columns that are in an index, whose texts may be shorter only, and how many it has */
  constructor(
    engine: StorableCheck["engine"],
    fields: readonly Field[],
    indexed: ReadonlyMap<string, number>,
  ) {
    this.engine = engine;
    this.fields = fields;
    this.indexed = indexed;
  }

  /** The first such value of each row that has one. Texts inside lists and structs are left to the engine. */
  find(batch: RecordBatch): Map<number, Unstorable> {
    const found = new Map<number, Unstorable>();
    for (const [k, field] of this.fields.entries()) {
      for (const [row, problem] of this.findIn(batch.data.children[k]!, field)) {
        if (!found.has(row)) found.set(row, { row, column: field.name, problem });
      }
    }
    return found;
  }

  private *findIn(data: Data, { name, column }: Field): Generator<readonly [number, string]> {
    const { dialect, capabilities } = this.engine;
    const [first, last] = dialect.instants;
    switch (column.type.kind) {
      case "utf8":
      case "oneOf":
        if (!capabilities.nulInText) yield* nulsOf(data);
        if (this.indexed.has(name)) yield* this.longOf(data, this.indexed.get(name)!);
        break;
      case "binary":
        if (this.indexed.has(name)) yield* this.manyBytes(data, this.indexed.get(name)!);
        break;
      case "float32":
      case "float64":
        if (capabilities.nonFiniteNumbers) break;
        yield* outside(data, (value) => !Number.isFinite(value), "is no finite number");
        break;
      case "timestamp": {
        const range = `the engine has moments from ${formatMicros(first)} to ${formatMicros(last)}`;
        const beyond = (value: unknown): boolean => {
          const micros =
            value instanceof Date ? BigInt(value.getTime()) * 1000n : (value as bigint);
          return micros < first || micros > last;
        };
        yield* outside(data, beyond, range);
        break;
      }
      case "date": {
        const days = [first, last].map((micros) => formatMicros(micros).slice(0, 10));
        const beyond = (value: unknown): boolean => {
          const day = String(value);
          return day.length !== 10 || day < days[0]! || day > days[1]!;
        };
        if (!isWithin(data, first, last)) {
          yield* outside(data, beyond, `the engine has days from ${days[0]} to ${days[1]}`);
        }
        break;
      }
      default:
    }
  }

  /** Texts that an index cannot have. */
  private *longOf(data: Data, columns: number): Generator<readonly [number, string]> {
    const { most, unit } = this.engine.dialect.keyText(columns);
    if (data.typeId === Type.Utf8 && !hasLonger(data, most)) return;
    const read = columnReader(data);
    for (let row = 0; row < data.length; row++) {
      const text = read(row) as string | null;
      if (text === null) continue;
      const length = unit === "bytes" ? utf8.encode(text).length : [...text].length;
      if (length > most) yield [row, `has ${length} ${unit}, and a key has ${most} at most`];
    }
  }

  /** Bytes that an index cannot have. */
  private *manyBytes(data: Data, columns: number): Generator<readonly [number, string]> {
    const { most, unit } = this.engine.dialect.keyText(columns);
    const bytes = unit === "bytes" ? most : most * CHARACTER_BYTES;
    const read = columnReader(data);
    for (let row = 0; row < data.length; row++) {
      const { length } = (read(row) as Uint8Array | null) ?? [];
      if (length > bytes) yield [row, `has ${length} bytes, and a key has ${bytes} at most`];
    }
  }
}

/** Bytes of a character, at most. */
const CHARACTER_BYTES = 4;

/** Rows whose text has U+0000. The bytes of all texts are looked through at once, which is fast. */
function* nulsOf(data: Data): Generator<readonly [number, string]> {
  if (data.typeId === Type.Utf8) {
    const { valueOffsets, values } = data as { valueOffsets: Int32Array; values: Uint8Array };
    const used = values.subarray(valueOffsets[0], valueOffsets[data.length]);
    if (!used.includes(0)) return;
  }
  yield* outside(
    data,
    (value) => (value as string).includes("\0"),
    "has the character U+0000, which the engine cannot hold",
  );
}

function* outside(
  data: Data,
  isBad: (value: unknown) => boolean,
  problem: string,
): Generator<readonly [number, string]> {
  const read = columnReader(data);
  for (let row = 0; row < data.length; row++) {
    const value = read(row);
    if (value !== null && isBad(value)) yield [row, problem];
  }
}

/** Whether all days, given as numbers of days, are within two instants. */
function isWithin(data: Data, first: bigint, last: bigint): boolean {
  const { values } = data as { values: unknown };
  if (!(values instanceof Int32Array) || data.typeId !== Type.Date) return false;
  const [from, to] = [Number(first / DAY_MICROS), Number(last / DAY_MICROS)];
  return values.subarray(0, data.length).every((day) => day >= from && day <= to);
}

/** Whether any of the texts has more bytes. */
function hasLonger(data: Data, most: number): boolean {
  const { valueOffsets } = data as { valueOffsets: Int32Array };
  for (let row = 0; row < data.length; row++) {
    if (valueOffsets[row + 1]! - valueOffsets[row]! > most) return true;
  }
  return false;
}
