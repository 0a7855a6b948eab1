import { parseJson, stringifyJson } from "@lakewright/core";
import { LakeError } from "../errors.ts";
import type { Store } from "../store/store.ts";

/** A small JSON object of the lake, as bytes. */
export function toJsonBytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(`${stringifyJson(value, 2)}\n`);
}

/** @throws LakeError LAKE_CORRUPT_LOG where the object is no JSON object. */
export async function readJson(store: Store, path: string): Promise<Record<string, unknown>> {
  const text = new TextDecoder().decode(await store.get(path));
  let value: unknown;
  let cause: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    cause = error;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new LakeError("LAKE_CORRUPT_LOG", `${path} in ${store.location} is no JSON object.`, {
    hint: "It was damaged or written by another program: restore it, or remove it.",
    details: { path },
    cause,
  });
}
