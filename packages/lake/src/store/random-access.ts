import type { RandomAccess } from "../parquet/types.ts";
import { keysOf } from "./keyed-store.ts";
import type { Store } from "./store.ts";

/** An object no larger is read whole, with one request. */
const WHOLE_BYTES = 256 * 1024;

/** An object of a store as bytes to be read by range. */
export function randomAccess(
  store: Store,
  path: string,
  size: number,
  signal?: AbortSignal,
): RandomAccess {
  let whole: Promise<Uint8Array> | undefined;
  return {
    size,
    encryption: keysOf(store),
    async read(from, to) {
      if (size > WHOLE_BYTES) return store.get(path, { from, to, signal });
      whole ??= store.get(path, { signal });
      return (await whole).subarray(from, to);
    },
  };
}
