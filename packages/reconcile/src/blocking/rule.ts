import { ReconcileError } from "../errors.ts";
import { type KeyPart, toKeyPart } from "./key-part.ts";

/** Records that have all parts in common are compared. */
export interface BlockingRule {
  readonly name: string;
  readonly parts: readonly KeyPart[];
}

/**
 * A blocking rule: `block("surname", year("born"))` compares records with the same surname and year of birth.
 * A record without a value for one of the parts is in no block of the rule.
 *
 * @throws ReconcileError RECONCILE_INVALID_LINKER where no part is given.
 */
export function block(...parts: readonly (string | KeyPart)[]): BlockingRule {
  if (parts.length === 0) {
    throw new ReconcileError("RECONCILE_INVALID_LINKER", "block() needs at least one field.", {
      hint: 'Write block("surname"), or block("surname", year("born")).',
    });
  }
  const all = parts.map(toKeyPart);
  return { name: all.map((part) => part.name).join(" + "), parts: all };
}
