import { LakeError, type LakeErrorCode } from "../errors.ts";

interface Meaning {
  readonly code: LakeErrorCode;
  readonly says: string;
  readonly hint?: string;
  readonly retryable?: boolean;
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  ENOENT: { code: "LAKE_STORE_NOT_FOUND", says: "there is no such object" },
  ENOTDIR: { code: "LAKE_STORE_FAILED", says: "a part of the path is a file, not a folder" },
  EACCES: {
    code: "LAKE_STORE_PERMISSION",
    says: "permission was denied",
    hint: "Give the user this process runs as read and write access to the folder.",
  },
  EPERM: {
    code: "LAKE_STORE_PERMISSION",
    says: "the operation is not permitted",
    hint: "Give the user this process runs as read and write access to the folder.",
  },
  EROFS: {
    code: "LAKE_STORE_PERMISSION",
    says: "the file system is read-only",
    hint: "Mount it writable, or open the table only to read.",
  },
  ENOSPC: {
    code: "LAKE_STORE_FULL",
    says: "the disk is full",
    hint: "Free space and repeat the call: what was committed before stands.",
    retryable: true,
  },
  EDQUOT: {
    code: "LAKE_STORE_FULL",
    says: "the disk quota is used up",
    hint: "Free space and repeat the call: what was committed before stands.",
    retryable: true,
  },
  EISDIR: { code: "LAKE_STORE_FAILED", says: "a folder is in the place of the object" },
  ENAMETOOLONG: {
    code: "LAKE_STORE_FAILED",
    says: "the name is longer than the file system takes",
    hint: "Partition values become folder names of at most 255 bytes on most file systems.",
  },
  EMFILE: {
    code: "LAKE_STORE_FAILED",
    says: "the process has too many open files",
    retryable: true,
  },
};

/** A file system error as the store's own, with the path and the cause; anything else as it is. */
export function localError(
  verb: "read" | "write" | "delete" | "list",
  location: string,
  path: string,
  error: unknown,
): unknown {
  if (!(error instanceof Error && "syscall" in error)) return error;
  const errno = (error as NodeJS.ErrnoException).code ?? "";
  const { code, says, hint, retryable }: Meaning = MEANINGS[errno] ?? {
    code: "LAKE_STORE_FAILED",
    says: error.message,
  };
  return new LakeError(code, `Could not ${verb} ${path} in ${location}: ${says} (${errno}).`, {
    hint,
    retryable,
    cause: error,
    details: { path, location, errno },
  });
}
