import { LakeError } from "../../errors.ts";
import type { KeyManagement } from "./types.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** How a file says which master key wraps a data key: "PKMT1", as the key tools of parquet-java and Arrow write it. */
interface KeyMaterial {
  readonly keyMaterialType: "PKMT1";
  readonly internalStorage: true;
  readonly isFooterKey: boolean;
  readonly kmsInstanceID?: string;
  readonly kmsInstanceURL?: string;
  readonly masterKeyID: string;
  readonly wrappedDEK: string;
  readonly doubleWrapping: false;
}

/** A data key, and the metadata by which a reader finds it. */
export interface DataKey {
  readonly key: Uint8Array;
  readonly metadata: Uint8Array;
}

/** Makes a data key and has the master key wrap it. */
export async function createDataKey(
  keys: KeyManagement,
  masterKeyID: string,
  isFooterKey: boolean,
  bits: number,
): Promise<DataKey> {
  const key = crypto.getRandomValues(new Uint8Array(bits / 8));
  const material: KeyMaterial = {
    keyMaterialType: "PKMT1",
    internalStorage: true,
    isFooterKey,
    ...(isFooterKey && { kmsInstanceID: "DEFAULT", kmsInstanceURL: "DEFAULT" }),
    masterKeyID,
    wrappedDEK: await keys.wrapKey(key, masterKeyID),
    doubleWrapping: false,
  };
  return { key, metadata: encoder.encode(JSON.stringify(material)) };
}

/**
 * The data key that key metadata name.
 *
 * @throws LakeError LAKE_ENCRYPTED where the metadata are not of this kind, or the master key cannot be had.
 */
export async function unwrapDataKey(
  keys: KeyManagement,
  metadata: Uint8Array | undefined,
): Promise<Uint8Array> {
  const material = parse(metadata);
  const { masterKeyID, wrappedDEK } = material;
  let key: Uint8Array;
  try {
    key = await keys.unwrapKey(wrappedDEK, masterKeyID);
  } catch (cause) {
    throw new LakeError("LAKE_ENCRYPTED", `Master key "${masterKeyID}" cannot be used.`, {
      hint: "Ask for the right to use it, or leave out the columns it protects: name the others in `columns`.",
      details: { masterKeyId: masterKeyID },
      cause,
    });
  }
  if (key.length === 16 || key.length === 24 || key.length === 32) return key;
  throw new LakeError(
    "LAKE_ENCRYPTED",
    `Master key "${masterKeyID}" gave a data key of ${key.length} bytes; AES has 16, 24 or 32.`,
    { details: { masterKeyId: masterKeyID } },
  );
}

function parse(metadata: Uint8Array | undefined): Partial<KeyMaterial> & {
  readonly masterKeyID: string;
  readonly wrappedDEK: string;
} {
  let material: Partial<KeyMaterial> = {};
  try {
    material = metadata ? (JSON.parse(decoder.decode(metadata)) as Partial<KeyMaterial>) : {};
  } catch {
    // Of another kind.
  }
  const { keyMaterialType, masterKeyID, wrappedDEK, doubleWrapping } = material;
  if (
    keyMaterialType === "PKMT1" &&
    doubleWrapping !== (true as boolean) &&
    typeof masterKeyID === "string" &&
    typeof wrappedDEK === "string"
  )
    return { ...material, masterKeyID, wrappedDEK };
  throw new LakeError(
    "LAKE_ENCRYPTED",
    "The Parquet file names its keys in a way that is not known.",
    {
      hint: "Known is key material PKMT1 inside the file with single wrapping: double_wrapping=False, internal_key_material=True.",
      details: { keyMaterialType, doubleWrapping },
    },
  );
}
