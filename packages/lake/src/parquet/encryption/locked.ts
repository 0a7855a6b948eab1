import type { LakeError } from "../../errors.ts";
import type { ChunkMetadata } from "../format/footer.ts";

/** A chunk that is left alone until it is read. */
export function lockedChunk(chunk: ChunkMetadata, locked: LakeError): ChunkMetadata {
  const { crypto } = chunk;
  const path = crypto?.kind === "column-key" ? crypto.path : chunk.path;
  return { ...chunk, path, statistics: undefined, locked };
}
