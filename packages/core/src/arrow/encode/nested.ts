import type { Data, DataType, Map_ } from "apache-arrow";
import { type Gather, unknownName } from "../gather.ts";
import { columnData } from "../column-data.ts";
import { type Encoder, isMissing, MISSING, type Report } from "./encoder.ts";
import { reserved } from "./numbers.ts";
import { Validity } from "./validity.ts";

/** A named child of a struct or map. Its encoder takes null, because a null parent needs a placeholder. */
export interface Child {
  readonly name: string;
  readonly nullable: boolean;
  readonly encoder: Encoder;
}

/** Records of named columns. */
export class StructEncoder implements Encoder {
  private readonly type: DataType;
  private readonly nullable: boolean;
  private readonly children: readonly Child[];
  private readonly names: ReadonlySet<string>;
  private readonly gather: Gather;
  private readonly columns: unknown[][];
  private readonly validity = new Validity();
  private length = 0;

  constructor(type: DataType, nullable: boolean, children: readonly Child[], gather: Gather) {
    this.type = type;
    this.nullable = nullable;
    this.children = children;
    this.names = new Set(children.map((child) => child.name));
    this.gather = gather;
    this.columns = children.map(() => []);
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    const records: unknown[] = new Array(count);
    for (let i = 0; i < count; i++) {
      const value = values[i];
      records[i] = null;
      if (isRecord(value)) {
        const extra = unknownName(value, this.names);
        if (extra === undefined) {
          records[i] = value;
          continue;
        }
        report(i, value[extra], "is no field of the struct", `.${extra}`);
      } else if (!isMissing(value)) {
        report(i, value, "is no object");
      } else if (!this.nullable) {
        report(i, value, MISSING);
      }
      this.validity.clear(this.length + i);
    }
    this.gather(records, 0, count, this.columns, []);
    this.children.forEach((child, k) => {
      const column = this.columns[k]!;
      const path = `.${child.name}`;
      if (!child.nullable) {
        for (let i = 0; i < count; i++) {
          if (records[i] !== null && isMissing(column[i])) report(i, column[i], MISSING, path);
        }
      }
      const nested: Report = (i, value, problem, inner = "") =>
        report(i, value, problem, path + inner);
      child.encoder.append(column, count, nested, room);
    });
    this.length += count;
  }

  finish(): Data {
    const length = this.length;
    this.length = 0;
    return columnData(this.type, {
      length,
      children: this.children.map((child) => child.encoder.finish()),
      ...this.validity.finish(length),
    });
  }
}

/** Arrays of values of one column. */
export class ListEncoder implements Encoder {
  private readonly type: DataType;
  private readonly nullable: boolean;
  private readonly item: Encoder;
  private readonly validity = new Validity();
  private offsets: Int32Array = new Int32Array(1);
  private length = 0;

  constructor(type: DataType, nullable: boolean, item: Encoder) {
    this.type = type;
    this.nullable = nullable;
    this.item = item;
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    this.offsets = reserved(this.offsets, this.length + room + 1, Int32Array);
    const items: unknown[] = [];
    const owner: number[] = [];
    const first: number[] = [];
    const start = this.offsets[this.length]!;
    for (let i = 0; i < count; i++) {
      const value = values[i];
      first.push(items.length);
      if (Array.isArray(value)) {
        for (const item of value) {
          items.push(item);
          owner.push(i);
        }
      } else {
        this.validity.clear(this.length + i);
        if (!isMissing(value)) report(i, value, "is no array");
        else if (!this.nullable) report(i, value, MISSING);
      }
      this.offsets[this.length + i + 1] = start + items.length;
    }
    this.item.append(items, items.length, (k, value, problem, inner = "") => {
      const i = owner[k]!;
      report(i, value, problem, `[${k - first[i]!}]${inner}`);
    });
    this.length += count;
  }

  finish(): Data {
    const length = this.length;
    const valueOffsets = this.offsets.subarray(0, length + 1);
    this.offsets = new Int32Array(1);
    this.length = 0;
    return columnData(this.type, {
      length,
      valueOffsets,
      child: this.item.finish(),
      ...this.validity.finish(length),
    });
  }
}

/** Keys and values in order, given as an array of pairs or a Map. */
export class MapEncoder implements Encoder {
  private readonly type: DataType;
  private readonly nullable: boolean;
  private readonly key: Encoder;
  private readonly value: Encoder;
  private readonly validity = new Validity();
  private offsets: Int32Array = new Int32Array(1);
  private length = 0;

  constructor(type: DataType, nullable: boolean, key: Encoder, value: Encoder) {
    this.type = type;
    this.nullable = nullable;
    this.key = key;
    this.value = value;
  }

  append(values: readonly unknown[], count: number, report: Report, room = count): void {
    this.offsets = reserved(this.offsets, this.length + room + 1, Int32Array);
    const keys: unknown[] = [];
    const items: unknown[] = [];
    const owner: number[] = [];
    const start = this.offsets[this.length]!;
    for (let i = 0; i < count; i++) {
      const value = values[i];
      if (value instanceof Map || isPairs(value)) {
        for (const [key, item] of value) {
          keys.push(key);
          items.push(item);
          owner.push(i);
        }
      } else {
        this.validity.clear(this.length + i);
        if (!isMissing(value)) report(i, value, "is neither a Map nor an array of pairs");
        else if (!this.nullable) report(i, value, MISSING);
      }
      this.offsets[this.length + i + 1] = start + keys.length;
    }
    this.key.append(keys, keys.length, (k, value, problem, inner = "") =>
      report(owner[k]!, value, problem, `.key${inner}`),
    );
    this.value.append(items, items.length, (k, value, problem, inner = "") =>
      report(owner[k]!, value, problem, `[${String(keys[k])}]${inner}`),
    );
    this.length += count;
  }

  finish(): Data {
    const length = this.length;
    const valueOffsets = this.offsets.subarray(0, length + 1);
    const entries = valueOffsets[length]!;
    this.offsets = new Int32Array(1);
    this.length = 0;
    const type = this.type as Map_;
    return columnData(type, {
      length,
      valueOffsets,
      child: columnData(type.children[0]!.type, {
        length: entries,
        nullCount: 0,
        children: [this.key.finish(), this.value.finish()],
      }),
      ...this.validity.finish(length),
    });
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPairs(value: unknown): value is readonly [unknown, unknown][] {
  return Array.isArray(value) && value.every((pair) => Array.isArray(pair) && pair.length === 2);
}
