import { ctr, gcm } from "@noble/ciphers/aes.js";

export const NONCE_BYTES = 12;
export const TAG_BYTES = 16;

/** AES as Parquet uses it. Sealed bytes end in their tag. */
export interface Ciphers {
  seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plain: Uint8Array): Uint8Array;
  /** @throws where the tag does not fit. */
  open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array;
  /** Encrypts and decrypts; the counter begins at 1. */
  stream(key: Uint8Array, nonce: Uint8Array, bytes: Uint8Array): Uint8Array;
}

interface NodeCipher {
  setAAD(aad: Uint8Array): void;
  setAuthTag(tag: Uint8Array): void;
  getAuthTag(): Uint8Array;
  update(bytes: Uint8Array): Uint8Array;
  final(): Uint8Array;
}

type MakeCipher = (name: string, key: Uint8Array, iv: Uint8Array) => NodeCipher;

interface NodeCrypto {
  readonly createCipheriv: MakeCipher;
  readonly createDecipheriv: MakeCipher;
}

interface NodeProcess {
  getBuiltinModule?(id: string): unknown;
}

/** The processor's own AES where the runtime is Node; elsewhere @noble/ciphers, since WebCrypto cannot answer at once. */
export function ciphers(): Ciphers {
  const { process } = globalThis as { process?: NodeProcess };
  const node = process?.getBuiltinModule?.("node:crypto") as NodeCrypto | undefined;
  return node ? nodeCiphers(node) : portableCiphers;
}

export const portableCiphers: Ciphers = {
  seal: (key, nonce, aad, plain) => gcm(key, nonce, aad).encrypt(plain),
  open: (key, nonce, aad, sealed) => gcm(key, nonce, aad).decrypt(sealed),
  stream: (key, nonce, bytes) => ctr(key, counterOf(nonce)).encrypt(bytes),
};

function nodeCiphers({ createCipheriv, createDecipheriv }: NodeCrypto): Ciphers {
  const gcmName = (key: Uint8Array): string => `aes-${key.length * 8}-gcm`;
  return {
    seal(key, nonce, aad, plain) {
      const cipher = createCipheriv(gcmName(key), key, nonce);
      cipher.setAAD(aad);
      return joined(cipher.update(plain), cipher.final(), cipher.getAuthTag());
    },
    open(key, nonce, aad, sealed) {
      const end = sealed.length - TAG_BYTES;
      const cipher = createDecipheriv(gcmName(key), key, nonce);
      cipher.setAAD(aad);
      cipher.setAuthTag(sealed.subarray(end));
      return joined(cipher.update(sealed.subarray(0, end)), cipher.final());
    },
    stream(key, nonce, bytes) {
      const cipher = createCipheriv(`aes-${key.length * 8}-ctr`, key, counterOf(nonce));
      return joined(cipher.update(bytes), cipher.final());
    },
  };
}

function counterOf(nonce: Uint8Array): Uint8Array {
  const counter = new Uint8Array(16);
  counter.set(nonce);
  counter[15] = 1;
  return counter;
}

/** The parts as one array of bytes. */
export function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
