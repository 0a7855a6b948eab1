import type { LakeError } from "../../errors.ts";
import type { HttpAnswer } from "../http/answer.ts";
import { httpError, meaningOf, type ServerReason, type StoreVerb } from "../http/http-errors.ts";
import { redirectMeaning } from "../http/redirect.ts";
import { parseXml, textAt } from "../xml.ts";

const MEANINGS: Readonly<Record<string, { code: LakeError["code"]; hint?: string }>> = {
  BlobNotFound: { code: "LAKE_STORE_NOT_FOUND" },
  ContainerNotFound: {
    code: "LAKE_STORE_FAILED",
    hint: "Create the container, or check its name and the account's.",
  },
  AuthenticationFailed: {
    code: "LAKE_STORE_PERMISSION",
    hint: "Check the key or token, and the clock of this machine: it may be 15 minutes off at most.",
  },
  AuthorizationPermissionMismatch: {
    code: "LAKE_STORE_PERMISSION",
    hint: 'Give the identity the role "Storage Blob Data Contributor", or "… Reader" to read.',
  },
};

/** The code and message of an answer that is an error. */
function azureReason(answer: HttpAnswer): ServerReason {
  const named = {
    code: answer.headers.get("x-ms-error-code") ?? undefined,
    requestId: answer.headers.get("x-ms-request-id") ?? undefined,
  };
  try {
    const error = parseXml(new TextDecoder().decode(answer.body));
    return {
      ...named,
      code: named.code ?? textAt(error, "Code"),
      // Request id and time follow on lines of their own.
      message: textAt(error, "Message")?.split("\n")[0],
    };
  } catch {
    return named;
  }
}

export function azureError(
  verb: StoreVerb,
  location: string,
  path: string,
  answer: HttpAnswer,
): LakeError {
  const reason = azureReason(answer);
  const known = Object.hasOwn(MEANINGS, reason.code ?? "") ? MEANINGS[reason.code!] : undefined;
  return httpError(
    verb,
    location,
    path,
    answer,
    reason,
    known ?? redirectMeaning(answer.status) ?? meaningOf(answer.status),
  );
}
