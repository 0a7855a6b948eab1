import type { Store } from "@lakewright/lake";

/** Commits and checkpoints never change: what one version read of them, the next need not. */
const FOREVER = /^_delta_log\/\d{20}\.(json|checkpoint\..*parquet)$/;

/** A store that reads no part of the log twice. */
export function rememberingLog(store: Store): Store {
  const known = new Map<string, Promise<Uint8Array>>();
  return {
    location: store.location,
    capabilities: store.capabilities,
    get: (path, options) => {
      if (!FOREVER.test(path)) return store.get(path, options);
      const key = `${path} ${options?.from ?? 0}-${options?.to ?? ""}`;
      // Without the signal: others wait for the same bytes.
      const bytes = known.get(key) ?? store.get(path, { ...options, signal: undefined });
      known.set(key, bytes);
      bytes.catch(() => known.delete(key));
      return bytes;
    },
    head: (path) => store.head(path),
    list: (prefix, options) => store.list(prefix, options),
    put: (path, data) => store.put(path, data),
    putIfAbsent: (path, data) => store.putIfAbsent(path, data),
    delete: (path) => store.delete(path),
    at: (path) => store.at(path),
    resolve: (address) => store.resolve?.(address),
  };
}
