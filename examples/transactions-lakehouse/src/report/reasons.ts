import { moneyText } from "./money.ts";
import { withoutEmails } from "./privacy.ts";

/** Of a decimal with six digits, as amounts are kept. */
const KEPT_AMOUNT = /^-?\d+\.\d{6}(?= is )/;
/** A value as messages quote it: JSON text, cut where it is long. */
const QUOTED = /"(?:[^"\\…]|\\[^…]|…(?! is ))*(?:"|\\?…(?= is ))/g;

/**
 * Why a record was rejected, as a person reads it: no zeros that were never written, quotes within quotes as they
 * stand in the file, no mail addresses.
 */
export function readableReason(reason: string): string {
  const plain = reason
    .replace(KEPT_AMOUNT, moneyText)
    .replace(QUOTED, (quoted) => (quoted.includes('\\"') ? unquoted(quoted) : quoted));
  return withoutEmails(plain);
}

/** Without the escapes; the quotes around it go too, they would be taken for its own. */
function unquoted(quoted: string): string {
  const cut = quoted.endsWith("…");
  const inside = quoted.slice(1, -1).replace(/\\(?:u[\da-f]{0,3})?$/, cut ? "" : "$&");
  return inside.replace(/\\(["\\/])/g, "$1") + (cut ? "…" : "");
}
