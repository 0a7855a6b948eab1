import type { BatchView } from "../batch/view.ts";
import type { Check } from "../checks/definition.ts";
import { plain } from "../values/plain.ts";
import { type Key, keysOf } from "../values/keys.ts";
import type { Rejections } from "./rejections.ts";

/** Finds the rows that unique checks reject. */
export interface Duplicates {
  reject(view: BatchView, offset: number, rejections: Rejections): void;
}

/** The keys of a batch for a check; undefined where a column is null, which is never compared. */
function keysFor(check: Check, view: BatchView): (index: number) => Key | undefined {
  const key = keysOf(view, check.columns);
  const valid = view.validAll(check.columns);
  return (i) => (valid !== undefined && valid[i] === 0 ? undefined : key(i));
}

/** Keeps the first row of a value among those that are good otherwise: a rejected row takes no value away. */
export function laterDuplicates(checks: readonly Check[]): Duplicates {
  const seen = checks.map(() => new Map<Key, number>());
  return {
    reject: (view, offset, rejections) => {
      const keys = checks.map((check) => keysFor(check, view));
      for (let i = 0; i < view.rows; i++) {
        if (rejections.has(i)) continue;
        const row = keys.map((key) => key(i));
        row.forEach((key, k) => {
          const first = key === undefined ? undefined : seen[k]!.get(key);
          if (first === undefined) return;
          const check = checks[k]!;
          rejections.add(i, check.id, `${shown(check, view, i)} came first in row ${first}`);
        });
        if (rejections.has(i)) continue;
        row.forEach((key, k) => {
          if (key !== undefined) seen[k]!.set(key, offset + i);
        });
      }
    },
  };
}

/** Counts values, so that afterwards every row of a repeated one can be rejected. */
export function allDuplicates(checks: readonly Check[]): Duplicates & {
  count(view: BatchView): void;
} {
  const counts = checks.map(() => new Map<Key, number>());
  return {
    count: (view) => {
      checks.forEach((check, k) => {
        const keyAt = keysFor(check, view);
        for (let i = 0; i < view.rows; i++) {
          const key = keyAt(i);
          if (key !== undefined) counts[k]!.set(key, (counts[k]!.get(key) ?? 0) + 1);
        }
      });
    },
    reject: (view, _offset, rejections) => {
      checks.forEach((check, k) => {
        const keyAt = keysFor(check, view);
        for (let i = 0; i < view.rows; i++) {
          const key = keyAt(i);
          const times = key === undefined ? 0 : (counts[k]!.get(key) ?? 0);
          if (times > 1) {
            rejections.add(i, check.id, `${shown(check, view, i)} comes ${times} times`);
          }
        }
      });
    },
  };
}

function shown(check: Check, view: BatchView, index: number): string {
  return check.columns
    .map((column) => plain(view.reader(column)(index), view.type(column)))
    .join(", ");
}
