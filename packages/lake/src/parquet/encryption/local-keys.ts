import { LakeError } from "../../errors.ts";
import { ciphers, joined, NONCE_BYTES } from "./ciphers.ts";
import type { KeyManagement } from "./types.ts";

const encoder = new TextEncoder();

/**
 * Master keys that the caller has at hand, by id; 16, 24 or 32 bytes each. Data keys are wrapped by AES-GCM with the id as
 * additional data: base64 of nonce, ciphertext and tag.
 *
 * @throws LakeError LAKE_INVALID_OPTION for a key of another length; LAKE_ENCRYPTED, when used, for an id there is no key of.
 */
export function localKeys(masterKeys: Readonly<Record<string, Uint8Array>>): KeyManagement {
  const all = new Map(Object.entries(masterKeys));
  for (const [id, key] of all) {
    if (key instanceof Uint8Array && [16, 24, 32].includes(key.length)) continue;
    throw new LakeError(
      "LAKE_INVALID_OPTION",
      `localKeys: key "${id}" has not 16, 24 or 32 bytes.`,
    );
  }
  const keyOf = (id: string): Uint8Array => {
    const key = all.get(id);
    if (key) return key;
    throw new LakeError("LAKE_ENCRYPTED", `There is no master key "${id}".`, {
      hint: `There are ${[...all.keys()].join(", ") || "none"}.`,
      details: { masterKeyId: id },
    });
  };
  const aes = ciphers();
  return {
    wrapKey(dataKey, id) {
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const sealed = aes.seal(keyOf(id), nonce, encoder.encode(id), dataKey);
      return btoa(String.fromCharCode(...joined(nonce, sealed)));
    },
    unwrapKey(wrapped, id) {
      const bytes = Uint8Array.from(atob(wrapped), (letter) => letter.charCodeAt(0));
      const nonce = bytes.subarray(0, NONCE_BYTES);
      return aes.open(keyOf(id), nonce, encoder.encode(id), bytes.subarray(NONCE_BYTES));
    },
  };
}
