import { LakeError, type LakeErrorCode } from "../../errors.ts";
import { type HttpAnswer, isTransient } from "./answer.ts";

export type StoreVerb = "read" | "write" | "delete" | "list";

/** What a server said about a failure, beyond its status. */
export interface ServerReason {
  /** The server's own code: `NoSuchKey`, `BlobNotFound`. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

interface Meaning {
  readonly code: LakeErrorCode;
  readonly hint?: string | undefined;
}

/** An answer that is a failure, as the store's error. */
export function httpError(
  verb: StoreVerb,
  location: string,
  path: string,
  answer: HttpAnswer,
  reason: ServerReason = {},
  meaning: Meaning = meaningOf(answer.status),
): LakeError {
  const { code, message, requestId } = reason;
  const said = answer.problem ?? message ?? STATUS[answer.status] ?? "the server refused";
  const label = [answer.status || undefined, code].filter((part) => part !== undefined).join(" ");
  const times = answer.earlier.length > 0 ? ` after ${answer.earlier.length + 1} attempts` : "";
  return new LakeError(
    meaning.code,
    `Could not ${verb} ${path || "objects"} in ${location}${times}: ${said.replace(/\.$/, "")}${label && ` (${label})`}.`,
    {
      hint: meaning.hint,
      retryable: isTransient(answer),
      cause: answer.cause,
      details: {
        path,
        location,
        ...(answer.status && { status: answer.status }),
        ...(code !== undefined && { code }),
        ...(requestId !== undefined && { requestId }),
      },
    },
  );
}

export function meaningOf(status: number): Meaning {
  if (status === 404 || status === 410) return { code: "LAKE_STORE_NOT_FOUND" };
  if (status === 401 || status === 403) {
    return {
      code: "LAKE_STORE_PERMISSION",
      hint: "Check the credentials and what they are allowed.",
    };
  }
  if (status === 507) return { code: "LAKE_STORE_FULL" };
  return { code: "LAKE_STORE_FAILED" };
}

const STATUS: Readonly<Record<number, string>> = {
  401: "the credentials were not accepted",
  403: "permission was denied",
  404: "there is no such object",
  429: "the server asks for fewer requests",
  500: "the server failed",
  503: "the server is overloaded",
  507: "no space is left",
};
