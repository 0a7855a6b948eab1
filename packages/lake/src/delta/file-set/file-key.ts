import type { DeletionVector } from "../log/actions.ts";
import { canonicalPath } from "../data-files/paths.ts";

/** What identifies a file in the log: its path, decoded, and its deletion vector. */
export function fileKey(file: {
  readonly path: string;
  readonly deletionVector?: DeletionVector | undefined;
}): string {
  const path = canonicalPath(file.path);
  return file.deletionVector ? `${path}\n${deletionVectorId(file.deletionVector)}` : path;
}

function deletionVectorId({ storageType, pathOrInlineDv, offset }: DeletionVector): string {
  return storageType + pathOrInlineDv + (offset === undefined ? "" : `@${offset}`);
}
