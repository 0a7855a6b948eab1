import { showValue } from "@lakewright/core";
import { MlError } from "../errors.ts";
import { fromBase64 } from "./base64.ts";

const FORMAT = "lakewright-ml";
const VERSION = 1;

/** A model as plain JSON: numbers and text, arrays as base64 of their little-endian bytes. */
export interface ModelJson {
  readonly format: typeof FORMAT;
  readonly version: typeof VERSION;
  readonly kind: string;
  readonly [part: string]: unknown;
}

/** The envelope every model is stored in. */
export function modelJson(kind: string, parts: Readonly<Record<string, unknown>>): ModelJson {
  return { format: FORMAT, version: VERSION, kind, ...parts };
}

/**
 * Opens an envelope that anyone may have written.
 *
 * @throws MlError ML_INVALID_MODEL where it is no model of this kind, or of a later format version.
 */
export function openModel(json: unknown, kind: string): PartReader {
  const reader = new PartReader(json, kind);
  if (reader.value("format") !== FORMAT) throw reader.invalid("format", `must be "${FORMAT}"`);
  if (reader.value("version") !== VERSION) {
    throw reader.invalid("version", `must be ${VERSION}`, "Update the package that reads it.");
  }
  if (reader.value("kind") !== kind) throw reader.invalid("kind", `must be "${kind}"`);
  return reader;
}

/** Reads the parts of a stored model and trusts none of them. */
export class PartReader {
  private readonly object: Readonly<Record<string, unknown>>;
  private readonly path: string;

  constructor(value: unknown, path: string) {
    this.path = path;
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new MlError("ML_INVALID_MODEL", `${path} is ${showValue(value)}, not an object.`, {
        hint: "Give what toJSON() made, parsed: JSON.parse(text).",
      });
    }
    this.object = value as Readonly<Record<string, unknown>>;
  }

  value(name: string): unknown {
    return Object.hasOwn(this.object, name) ? this.object[name] : undefined;
  }

  has(name: string): boolean {
    return this.value(name) !== undefined;
  }

  part(name: string): PartReader {
    return new PartReader(this.value(name), `${this.path}.${name}`);
  }

  parts(name: string): PartReader[] {
    const items = this.value(name);
    if (!Array.isArray(items)) throw this.invalid(name, "must be an array");
    return items.map((item, i) => new PartReader(item, `${this.path}.${name}[${i}]`));
  }

  text(name: string): string {
    const value = this.value(name);
    if (typeof value !== "string") throw this.invalid(name, "must be text");
    return value;
  }

  oneOf<const V extends readonly string[]>(name: string, values: V): V[number] {
    const value = this.value(name);
    if (!values.includes(value as string)) {
      throw this.invalid(name, `must be one of ${values.join(", ")}`);
    }
    return value as V[number];
  }

  boolean(name: string): boolean {
    const value = this.value(name);
    if (typeof value !== "boolean") throw this.invalid(name, "must be true or false");
    return value;
  }

  number(name: string, min: number = -Infinity, max: number = Infinity): number {
    const value = this.value(name);
    if (typeof value !== "number" || !Number.isFinite(value) || value < min || value > max) {
      throw this.invalid(name, `must be a number from ${min} to ${max}`);
    }
    return value;
  }

  wholeNumber(name: string, min: number, max: number): number {
    const value = this.number(name, min, max);
    if (!Number.isInteger(value)) throw this.invalid(name, "must be a whole number");
    return value;
  }

  /** A whole number written as text. */
  wholeNumberText(name: string, min: number, max: number): number {
    const value = Number(this.text(name));
    if (Number.isInteger(value) && value >= min && value <= max) return value;
    throw this.invalid(name, `must be text of a whole number from ${min} to ${max}`);
  }

  /** Finite numbers, or booleans as 0 and 1. */
  numbers(name: string, length?: number): number[] {
    const value = this.value(name);
    if (
      !Array.isArray(value) ||
      value.length !== (length ?? value.length) ||
      !value.every((item) => typeof item === "boolean" || Number.isFinite(item))
    ) {
      throw this.invalid(name, `must be an array of ${length ?? "finite"} numbers`);
    }
    return value.map(Number);
  }

  /** Distinct, non-empty texts. */
  names(name: string): string[] {
    const value = this.value(name);
    if (
      !Array.isArray(value) ||
      !value.every((item) => typeof item === "string" && item !== "") ||
      new Set(value).size !== value.length
    ) {
      throw this.invalid(name, "must be an array of distinct names");
    }
    return [...(value as string[])];
  }

  float64s(name: string, length?: number): Float64Array {
    const values = new Float64Array(this.bytes(name, 8, length));
    if (!values.every(Number.isFinite)) throw this.invalid(name, "must hold finite numbers");
    return values;
  }

  int32s(name: string, length?: number): Int32Array {
    return new Int32Array(this.bytes(name, 4, length));
  }

  uint8s(name: string, length?: number): Uint8Array {
    return new Uint8Array(this.bytes(name, 1, length));
  }

  invalid(name: string, problem: string, hint?: string): MlError {
    return new MlError(
      "ML_INVALID_MODEL",
      `${this.path}.${name} is ${showValue(this.value(name))}; it ${problem}.`,
      { hint, details: { path: `${this.path}.${name}` } },
    );
  }

  private bytes(name: string, size: number, length?: number): ArrayBuffer {
    const bytes = fromBase64(this.text(name));
    const expected = length === undefined ? undefined : length * size;
    if (!bytes || bytes.length % size !== 0 || (expected ?? bytes.length) !== bytes.length) {
      throw this.invalid(
        name,
        length === undefined
          ? `must be base64 of values of ${size} bytes`
          : `must be base64 of ${length} values of ${size} bytes`,
      );
    }
    return bytes.buffer;
  }
}
