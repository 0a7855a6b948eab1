import { LakeError } from "../errors.ts";
import { type HttpAnswer, isTransient, wasRefused } from "./http/answer.ts";

/** An object that may be created once, as a store over HTTP does it. */
export interface Creation {
  /** Asks the server to create the object, marked with the writer's name; repeated where it may help. */
  put(data: Uint8Array, writer: string): Promise<HttpAnswer>;
  outcome(answer: HttpAnswer): "created" | "exists" | "failed";
  /** What is stored; undefined where nothing is. */
  readBack(): Promise<StoredCreation | undefined>;
  error(answer: HttpAnswer): LakeError;
}

export interface StoredCreation {
  /** Undefined where the server or the browser does not show it. */
  readonly writer: string | undefined;
  readonly data: Uint8Array;
}

/**
 * Creates an object. Where an answer was lost, or the server failed, it may have been created all the same: then "exists"
 * may mean our own, and what is stored decides.
 *
 * @throws LakeError of the last answer, with `details.unclear` where nobody can say whether the object is ours.
 */
export async function createObject(creation: Creation, data: Uint8Array): Promise<boolean> {
  const writer = crypto.randomUUID();
  const answer = await creation.put(data, writer);
  const outcome = creation.outcome(answer);
  if (outcome === "created") return true;
  const unclear = [...answer.earlier, ...(outcome === "exists" ? [] : [answer.status])].some(
    (status) => !wasRefused(status) && (status === 0 || status >= 500 || status === 408),
  );
  if (!unclear) {
    if (outcome === "exists") return false;
    throw creation.error(answer);
  }
  let stored: StoredCreation | undefined;
  try {
    stored = await creation.readBack();
  } catch (cause) {
    const { code, message, details, hint } = creation.error(answer);
    throw new LakeError(code, message, {
      hint,
      cause,
      retryable: true,
      details: { ...details, unclear: true },
    });
  }
  if (stored && isOurs(stored, writer, data)) return true;
  if (outcome === "exists" || (stored && isTransient(answer))) return false;
  throw creation.error(answer);
}

function isOurs(stored: StoredCreation, writer: string, data: Uint8Array): boolean {
  if (stored.writer !== undefined) return stored.writer === writer;
  return sameBytes(stored.data, data);
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, at) => byte === b[at]);
}
