import type { DeltaType } from "../delta/schema/schema-json.ts";

const INTEGERS = ["byte", "short", "integer", "long"];
/** Digits an integer type may have, as the protocol counts them for decimals. */
const DIGITS: Readonly<Record<string, number>> = { byte: 10, short: 10, integer: 10, long: 20 };

/**
 * Whether a type may become another where type widening is on ("Type Widening" of PROTOCOL.md): wider integers and floats,
 * integers to doubles and decimals that hold them, decimals with more digits, dates to zone-less timestamps.
 */
export function isWidening(from: DeltaType, to: DeltaType): boolean {
  if (typeof from !== "string" || typeof to !== "string") return false;
  const rank = INTEGERS.indexOf(from);
  if (rank >= 0 && INTEGERS.includes(to)) return INTEGERS.indexOf(to) > rank;
  if (from === "float" && to === "double") return true;
  if (to === "double") return rank >= 0 && from !== "long";
  if (from === "date") return to === "timestamp_ntz";
  const wider = decimal(to);
  if (!wider) return false;
  if (rank >= 0) return wider.precision - wider.scale >= DIGITS[from]!;
  const old = decimal(from);
  return (
    old !== undefined &&
    wider.scale >= old.scale &&
    wider.precision - wider.scale >= old.precision - old.scale &&
    to !== from
  );
}

function decimal(name: string): { readonly precision: number; readonly scale: number } | undefined {
  const match = /^decimal\((\d+),\s*(\d+)\)$/.exec(name);
  return match ? { precision: Number(match[1]), scale: Number(match[2]) } : undefined;
}

/** A change of type as the history of a field has it. */
export interface TypeChange {
  readonly fromType: string;
  readonly toType: string;
  /** Where inside the field: "element", "key", "value", joined by dots. */
  readonly fieldPath?: string;
}

export const TYPE_CHANGES = "delta.typeChanges";
