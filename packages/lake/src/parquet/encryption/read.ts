import { LakeError } from "../../errors.ts";
import type { ChunkMetadata, FileMetadata } from "../format/footer.ts";
import { decodeChunkMetadata, decodeFileCrypto, decodeFooter } from "../format/footer-reader.ts";
import { decryptChunk } from "./chunk.ts";
import { ciphers, joined, NONCE_BYTES, TAG_BYTES } from "./ciphers.ts";
import { lockedChunk } from "./locked.ts";
import { Module, ModuleCipher } from "./modules.ts";
import type { AlgorithmInfo, ChunkCrypto, FileDecryptor } from "./types.ts";

const SIGNATURE_BYTES = NONCE_BYTES + TAG_BYTES;

/** The data key that key metadata name. */
type KeyOf = (metadata: Uint8Array | undefined) => Promise<Uint8Array>;

/** Opens the footer of a file that is encrypted, or has encrypted columns. A column whose key cannot be had is locked. */
export async function openEncrypted(
  keyOf: KeyOf,
  aadPrefix: Uint8Array | undefined,
  bytes: Uint8Array,
  isEncrypted: boolean,
): Promise<FileDecryptor> {
  const plain = isEncrypted ? undefined : decodeFooter(bytes);
  const info = plain ? plain.crypto : decodeFileCrypto(bytes);
  // Nothing in it is encrypted.
  if (!info) return { file: plain!, chunk: (chunk) => chunk };
  const { algorithm, keyMetadata } = info;
  const fileAad = fileAadOf(algorithm, aadPrefix);
  const cipherOf = (key: Uint8Array): ModuleCipher =>
    new ModuleCipher(ciphers(), key, fileAad, algorithm.algorithm === "AES_GCM_CTR_V1");
  const footerCipher = async (): Promise<ModuleCipher> => cipherOf(await keyOf(keyMetadata));
  let file: FileMetadata;
  if (plain) {
    file = plain;
    const end = bytes.length - SIGNATURE_BYTES;
    const cipher = await footerCipher().catch(unlessLocked);
    cipher?.verify(bytes.subarray(0, end), bytes.subarray(end));
  } else {
    const { end } = decodeFileCrypto(bytes);
    file = decodeFooter((await footerCipher()).open(Module.FOOTER, [], bytes, end).plain);
  }
  const chunkCipher = (crypto: ChunkCrypto): Promise<ModuleCipher> =>
    crypto.kind === "footer-key" ? footerCipher() : keyOf(crypto.keyMetadata).then(cipherOf);
  const opened = new Map<ChunkMetadata, ModuleCipher>();
  const open = async (
    chunk: ChunkMetadata,
    group: number,
    column: number,
  ): Promise<ChunkMetadata> => {
    const { crypto, sealed } = chunk;
    if (!crypto) return chunk;
    try {
      const cipher = await chunkCipher(crypto);
      const whole = sealed
        ? decodeChunkMetadata(cipher.open(Module.COLUMN_METADATA, [group, column], sealed).plain)
        : chunk;
      opened.set(whole, cipher);
      return whole;
    } catch (error) {
      if (!(error instanceof LakeError)) throw error;
      return lockedChunk(chunk, error);
    }
  };
  const rowGroups = await Promise.all(
    file.rowGroups.map(async (group, g) => ({
      ...group,
      chunks: await Promise.all(group.chunks.map((chunk, c) => open(chunk, g, c))),
    })),
  );
  return {
    file: { ...file, rowGroups },
    chunk(bytes, metadata, rowGroup, column) {
      const cipher = opened.get(metadata);
      return cipher ? decryptChunk(cipher, bytes, metadata, rowGroup, column) : bytes;
    },
  };
}

function fileAadOf(info: AlgorithmInfo, given: Uint8Array | undefined): Uint8Array {
  const prefix = info.supplyAadPrefix ? given : (info.aadPrefix ?? new Uint8Array());
  if (prefix) return joined(prefix, info.aadFileUnique);
  throw new LakeError(
    "LAKE_ENCRYPTED",
    "The Parquet file is bound to an AAD prefix it does not hold.",
    {
      hint: "Give it to parquetEncryption as `aadPrefix`.",
    },
  );
}

function unlessLocked(error: unknown): undefined {
  if (!(error instanceof LakeError)) throw error;
  return undefined;
}
