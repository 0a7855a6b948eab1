import type { HttpAnswer } from "./answer.ts";

/** The answer to a listing as a failure: with status 200, but of no use. */
export function brokenListing(answer: HttpAnswer, problem: string): HttpAnswer {
  return { ...answer, body: new Uint8Array(), problem };
}

/** A percent-encoded name; as it is where it is not. */
export function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
