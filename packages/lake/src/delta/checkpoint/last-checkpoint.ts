import { stringifyJson } from "@lakewright/core";
import { toHex } from "../../store/byte-text.ts";
import { md5 } from "../../store/md5.ts";
import type { Store } from "../../store/store.ts";
import { LAST_CHECKPOINT } from "../log/log-files.ts";

export interface CheckpointHint {
  readonly version: bigint;
  /** Actions, those of sidecars with them. */
  readonly size: number;
  readonly sizeInBytes: number;
  readonly numOfAddFiles: number;
}

/** Writes `_last_checkpoint`, by which readers find the newest checkpoint without listing the log from its beginning. */
export async function writeCheckpointHint(store: Store, hint: CheckpointHint): Promise<void> {
  const text = stringifyJson({ ...hint, checksum: jsonChecksum(hint) });
  await store.put(LAST_CHECKPOINT, new TextEncoder().encode(text));
}

/** MD5 of a JSON object in its canonical form, without its own `checksum` ("JSON checksum" of PROTOCOL.md). */
export function jsonChecksum(value: object): string {
  const { checksum: _, ...rest } = value as Readonly<Record<string, unknown>>;
  return toHex(md5(new TextEncoder().encode(leavesOf(rest, []).sort().join(","))));
}

/** Every leaf as `"key"+0+"key"=value`. */
function leavesOf(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, k) => leavesOf(item, [...path, String(k)]));
  }
  if (typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, item]) =>
      item === undefined ? [] : leavesOf(item, [...path, quoted(key)]),
    );
  }
  return [`${path.join("+")}=${typeof value === "string" ? quoted(value) : String(value)}`];
}

/** Text in quotes; all but the unreserved characters of RFC 3986 percent-encoded. */
function quoted(text: string): string {
  const encoded = encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `"${encoded}"`;
}
