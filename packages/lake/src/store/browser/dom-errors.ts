import { LakeError, type LakeErrorCode } from "../../errors.ts";

interface Meaning {
  readonly code: LakeErrorCode;
  readonly says: string;
  readonly hint?: string;
}

const PERMISSION: Meaning = {
  code: "LAKE_STORE_PERMISSION",
  says: "the browser does not allow it",
  hint: "For a folder the user chose, ask with requestPermission({ mode: 'readwrite' }) after a click.",
};
const MEANINGS: Readonly<Record<string, Meaning>> = {
  NotFoundError: { code: "LAKE_STORE_NOT_FOUND", says: "there is no such object" },
  TypeMismatchError: {
    code: "LAKE_STORE_FAILED",
    says: "a folder is in the place of a file, or a file in that of a folder",
  },
  QuotaExceededError: {
    code: "LAKE_STORE_FULL",
    says: "the browser gives this site no more space",
    hint: "Delete what is not needed, or ask for more with navigator.storage.persist().",
  },
  NotAllowedError: PERMISSION,
  SecurityError: PERMISSION,
  NoModificationAllowedError: {
    code: "LAKE_STORE_PERMISSION",
    says: "the file is being written elsewhere",
  },
};

/** What the browser's file system throws as the store's own error; anything else as it is. */
export function domError(
  verb: "read" | "write" | "delete" | "list",
  location: string,
  path: string,
  error: unknown,
): unknown {
  if (!(error instanceof DOMException) || error.name === "AbortError") return error;
  const known = Object.hasOwn(MEANINGS, error.name) ? MEANINGS[error.name] : undefined;
  const { code, says, hint } = known ?? { code: "LAKE_STORE_FAILED", says: error.message };
  return new LakeError(
    code as LakeErrorCode,
    `Could not ${verb} ${path} in ${location}: ${says} (${error.name}).`,
    {
      hint,
      retryable: error.name === "NoModificationAllowedError" || code === "LAKE_STORE_FULL",
      cause: error,
      details: { path, location },
    },
  );
}
