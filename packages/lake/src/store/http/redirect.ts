import type { LakeErrorCode } from "../../errors.ts";

/** What a redirect of a signed request means, which is not followed; undefined for another status. */
export function redirectMeaning(
  status: number,
): { readonly code: LakeErrorCode; readonly hint: string } | undefined {
  if (status < 300 || status >= 400) return undefined;
  return {
    code: "LAKE_STORE_FAILED",
    hint: "Redirects of signed requests are not followed: give the endpoint (and region) they lead to.",
  };
}
