import { PairInterner, textInterner } from "./interner.ts";
import type { CodedColumn } from "./raw-column.ts";

/** A value that records are blocked by and compared on, made of columns. */
export interface FieldDefinition {
  readonly columns: readonly string[];
  /**
   * Makes the value of the columns' values, as text; null or "" is no value. Called once for each different input.
   * Default: the value of the first column.
   */
  readonly of?: ((...values: readonly (string | null)[]) => string | null | undefined) | undefined;
  /** Fields that mostly agree where this one does: blocking by it says nothing about how often they agree. Default none. */
  readonly implies?: readonly string[] | undefined;
}

const firstOf = (value: string | null = null): string | null => value;

/** The values of a field for all records: as many different inputs, as many calls. */
export function fieldColumn(
  definition: FieldDefinition,
  columns: readonly CodedColumn[],
): CodedColumn {
  const of = definition.of ?? firstOf;
  const [first, ...others] = columns;
  if (first === undefined) return { codes: new Int32Array(0), texts: [] };
  if (others.length === 0) return mapColumn(first, of, of(null));
  let codes = first.codes;
  const steps: PairInterner[] = [];
  for (const other of others) {
    const step = new PairInterner();
    codes = codes.map((code, i) => step.codeOf(code, other.codes[i]!));
    steps.push(step);
  }
  const inputs = (code: number): (string | null)[] => {
    const values: (string | null)[] = [];
    let rest = code;
    for (let k = steps.length - 1; k >= 0; k--) {
      const [before, own] = steps[k]!.partsOf(rest);
      values.unshift(own < 0 ? null : others[k]!.texts[own]!);
      rest = before;
    }
    values.unshift(rest < 0 ? null : first.texts[rest]!);
    return values;
  };
  const interner = textInterner();
  const made = Int32Array.from({ length: steps.at(-1)!.size }, (_, code) =>
    codeOf(interner, of(...inputs(code))),
  );
  return { codes: codes.map((code) => made[code]!), texts: interner.texts() };
}

/** The column with each text replaced by another, or by no value. */
export function mapColumn(
  column: CodedColumn,
  of: (text: string) => string | null | undefined,
  ofNothing: string | null | undefined = null,
): CodedColumn {
  const interner = textInterner();
  const made = column.texts.map((text) => codeOf(interner, of(text)));
  const none = codeOf(interner, ofNothing);
  return {
    codes: column.codes.map((code) => (code < 0 ? none : made[code]!)),
    texts: interner.texts(),
  };
}

function codeOf(
  interner: ReturnType<typeof textInterner>,
  text: string | null | undefined,
): number {
  return text === null || text === undefined || text === "" ? -1 : interner.codeOf(text);
}
