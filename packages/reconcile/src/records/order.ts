import { showValue } from "@lakewright/core";
import { ReconcileError } from "../errors.ts";

/** What identifies a record: the value of the id column. */
export type RecordId = string | number | bigint;

/** A hash of a text, the same everywhere: MurmurHash3's mixing of its UTF-16 units. */
export function stableHash(text: string, seed = 0): number {
  let hash = seed | 0;
  for (let i = 0; i < text.length; i++) {
    let unit = Math.imul(text.charCodeAt(i), 0xcc9e_2d51);
    unit = (unit << 15) | (unit >>> 17);
    hash ^= Math.imul(unit, 0x1b87_3593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe654_6b64) | 0;
  }
  return mix(hash ^ text.length);
}

/** MurmurHash3's finish: every bit of the result depends on every bit given. */
export function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85eb_ca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** Smaller first: numbers by value, texts by UTF-16 unit. */
export function compareIds(a: RecordId, b: RecordId): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The rows in an order that depends on the ids only: by hash, then by id. All work is done in it, so no result
 * depends on the order the rows came in.
 *
 * @throws ReconcileError RECONCILE_DUPLICATE_ID where two rows have one id.
 */
export function canonicalOrder(ids: readonly RecordId[]): Int32Array {
  const hashes = Uint32Array.from(ids, (id) => stableHash(String(id)));
  const order = radixOrder(hashes);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && hashes[order[to]!] === hashes[order[from]!]) to++;
    if (to - from > 1) {
      const run = order.subarray(from, to).sort((a, b) => compareIds(ids[a]!, ids[b]!) || a - b);
      for (let k = 1; k < run.length; k++) {
        if (ids[run[k - 1]!] === ids[run[k]!]) throw duplicate(ids[run[k]!]!, run[k - 1]!, run[k]!);
      }
    }
    from = to;
  }
  return order;
}

function radixOrder(hashes: Uint32Array): Int32Array {
  let order = Int32Array.from(hashes, (_, k) => k);
  let next = new Int32Array(order.length);
  for (const shift of [0, 16]) {
    const starts = new Int32Array(0x1_0001);
    for (const hash of hashes) starts[((hash >>> shift) & 0xffff) + 1]!++;
    for (let k = 1; k < starts.length; k++) starts[k]! += starts[k - 1]!;
    for (const row of order) next[starts[(hashes[row]! >>> shift) & 0xffff]!++] = row;
    [order, next] = [next, order];
  }
  return order;
}

function duplicate(id: RecordId, first: number, second: number): ReconcileError {
  return new ReconcileError(
    "RECONCILE_DUPLICATE_ID",
    `Record id ${showValue(id)} appears twice, in rows ${first} and ${second}.`,
    {
      hint: "Give each record an id of its own; records of several sources need the source in their id.",
      details: { id: String(id), rows: [first, second] },
    },
  );
}
