import { showValue } from "@lakewright/core";
import { ReconcileError } from "../errors.ts";
import { soundex } from "../strings/soundex.ts";

/** A field, or something made of one, that two records can have in common. */
export interface KeyPart {
  /** How it is written in reports: `prefix(surname, 3)`. The same name must mean the same thing. */
  readonly name: string;
  readonly field: string;
  /** Makes the part of the field's value; null is no value. Absent: the value itself. */
  readonly of?: ((value: string) => string | null | undefined) | undefined;
}

/** The first `length` characters of a field; no value where it is shorter. */
export function prefix(field: string, length: number): KeyPart {
  if (!Number.isInteger(length) || length < 1) {
    throw new ReconcileError(
      "RECONCILE_INVALID_LINKER",
      `prefix("${field}", ${showValue(length)}): the length must be a whole number from 1.`,
    );
  }
  return derive(`prefix(${field}, ${length})`, field, (value) => {
    const characters = [...value];
    return characters.length < length ? null : characters.slice(0, length).join("");
  });
}

/** The {@link soundex} code of a field; the value itself where it has no Latin letter. */
export function phonetic(field: string): KeyPart {
  return derive(`phonetic(${field})`, field, (value) => soundex(value) || value);
}

/** The year of a field that holds ISO days. */
export function year(field: string): KeyPart {
  return derive(`year(${field})`, field, (value) => /^\d{4}(?=-)/.exec(value)?.[0]);
}

/** A part of your own. */
export function derive(
  name: string,
  field: string,
  of: (value: string) => string | null | undefined,
): KeyPart {
  return { name, field, of };
}

/** A field's name as the part that is its whole value. */
export function toKeyPart(part: string | KeyPart): KeyPart {
  return typeof part === "string" ? { name: part, field: part } : part;
}
