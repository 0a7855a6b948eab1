const strict = new TextDecoder("utf-8", { fatal: true });

/** The text of a payload; undefined where its bytes are no UTF-8. */
export function payloadText(value: Uint8Array | string): string | undefined {
  if (typeof value === "string") return value;
  try {
    return strict.decode(value);
  } catch {
    return undefined;
  }
}

const encoder = new TextEncoder();

/** The bytes of a payload. */
export function payloadBytes(value: Uint8Array | string): Uint8Array {
  return typeof value === "string" ? encoder.encode(value) : value;
}
