import type { LakeError } from "../../errors.ts";
import type { HttpAnswer } from "../http/answer.ts";
import { httpError, meaningOf, type ServerReason, type StoreVerb } from "../http/http-errors.ts";
import { redirectMeaning } from "../http/redirect.ts";
import { parseXml, textAt } from "../xml.ts";

const PERMISSION = "LAKE_STORE_PERMISSION";
const FAILED = "LAKE_STORE_FAILED";

const MEANINGS: Readonly<Record<string, { code: LakeError["code"]; hint?: string }>> = {
  NoSuchKey: { code: "LAKE_STORE_NOT_FOUND" },
  NoSuchBucket: { code: FAILED, hint: "Create the bucket, or check its name and the region." },
  RequestTimeTooSkewed: {
    code: PERMISSION,
    hint: "The clock of this machine is more than 15 minutes off the server's: set it (NTP).",
  },
  SignatureDoesNotMatch: {
    code: PERMISSION,
    hint: "Check the secret access key, and that no proxy changes paths or headers.",
  },
  InvalidAccessKeyId: { code: PERMISSION, hint: "The server does not know this access key id." },
  ExpiredToken: {
    code: PERMISSION,
    hint: "Give credentials as a function, which is asked again when they expire.",
  },
  PermanentRedirect: { code: FAILED, hint: "The bucket is in another region: set region." },
  AuthorizationHeaderMalformed: {
    code: FAILED,
    hint: "The bucket is in another region: set region.",
  },
  XMinioStorageFull: { code: "LAKE_STORE_FULL", hint: "Free space and repeat the call." },
  QuotaExceeded: { code: "LAKE_STORE_FULL", hint: "Free space and repeat the call." },
};

/** The code and message of an answer that is an error. */
export function s3Reason(answer: HttpAnswer): ServerReason {
  const requestId = answer.headers.get("x-amz-request-id") ?? undefined;
  if (answer.body.length === 0) return { requestId };
  try {
    const error = parseXml(new TextDecoder().decode(answer.body));
    if (error.name !== "Error") return { requestId };
    return {
      code: textAt(error, "Code"),
      message: textAt(error, "Message"),
      requestId: textAt(error, "RequestId") ?? requestId,
    };
  } catch {
    return { requestId };
  }
}

export function s3Error(
  verb: StoreVerb,
  location: string,
  path: string,
  answer: HttpAnswer,
): LakeError {
  const reason = s3Reason(answer);
  const known = Object.hasOwn(MEANINGS, reason.code ?? "") ? MEANINGS[reason.code!] : undefined;
  return httpError(verb, location, path, answer, reason, known ?? guess(answer, verb));
}

function guess(answer: HttpAnswer, verb: StoreVerb): { code: LakeError["code"]; hint?: string } {
  const region = answer.headers.get("x-amz-bucket-region");
  if ((answer.status === 301 || answer.status === 400) && region !== null) {
    return { code: FAILED, hint: `The bucket is in region ${region}: set region.` };
  }
  if (answer.status === 403 && verb === "read" && answer.body.length === 0) {
    return {
      code: PERMISSION,
      hint: "Without s3:ListBucket Amazon says this of objects that do not exist as well: grant it.",
    };
  }
  const redirect = redirectMeaning(answer.status);
  if (redirect) return redirect;
  return meaningOf(answer.status) as { code: LakeError["code"]; hint?: string };
}
