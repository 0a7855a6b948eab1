import type { CopyBuffer } from "./buffer.ts";

const NEGATIVE = 0x4000;
const GROUP = 10_000;
const GROUP_DIGITS = 4;

/**
 * A numeric in the format of numeric_send: groups of four decimal digits, aligned at the point, most significant first.
 * https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/numeric.c
 */
export function writeNumeric(out: CopyBuffer, unscaled: bigint, scale: number): void {
  const magnitude = unscaled < 0n ? -unscaled : unscaled;
  const padding = (GROUP_DIGITS - (scale % GROUP_DIGITS)) % GROUP_DIGITS;
  const digits = String(magnitude) + "0".repeat(padding);
  const groups: number[] = [];
  for (let end = digits.length; end > 0; end -= GROUP_DIGITS) {
    groups.push(Number(digits.slice(Math.max(0, end - GROUP_DIGITS), end)));
  }
  writeGroups(out, groups, (scale + padding) / GROUP_DIGITS, unscaled < 0n, scale);
}

const scratch: number[] = [];

/** {@link writeNumeric} of an integer that a double holds with three more digits. */
export function writeSmallNumeric(out: CopyBuffer, unscaled: number, scale: number): void {
  const padding = (GROUP_DIGITS - (scale % GROUP_DIGITS)) % GROUP_DIGITS;
  let rest = Math.abs(unscaled) * 10 ** padding;
  scratch.length = 0;
  while (rest > 0) {
    const next = Math.floor(rest / GROUP);
    scratch.push(rest - next * GROUP);
    rest = next;
  }
  writeGroups(out, scratch, (scale + padding) / GROUP_DIGITS, unscaled < 0, scale);
}

/** Below this {@link writeSmallNumeric} is exact. */
export const SMALL = 2 ** 53 / 1000;

/** `groups` begin with the least significant, `fractions` of them after the point. */
function writeGroups(
  out: CopyBuffer,
  groups: readonly number[],
  fractions: number,
  negative: boolean,
  scale: number,
): void {
  let high = groups.length;
  let low = 0;
  while (high > 0 && groups[high - 1] === 0) high--;
  while (low < high && groups[low] === 0) low++;
  const count = high - low;
  out.reserve(12 + 2 * count);
  const { view } = out;
  let at = out.length;
  view.setInt32(at, 8 + 2 * count);
  view.setInt16(at + 4, count);
  view.setInt16(at + 6, count === 0 ? 0 : high - 1 - fractions);
  view.setInt16(at + 8, negative && count > 0 ? NEGATIVE : 0);
  view.setInt16(at + 10, scale);
  at += 12;
  for (let k = high - 1; k >= low; k--, at += 2) view.setInt16(at, groups[k]!);
  out.length = at;
}
