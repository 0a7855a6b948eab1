import { isLakeError, LakeError } from "../../errors.ts";
import { systemClock } from "../clock.ts";
import type { S3Credentials } from "./options.ts";

const BEFORE_END_MS = 60_000;

/** Credentials that may change: asked for once, kept until shortly before they end. */
export class CredentialSource {
  private readonly provider: (() => Promise<S3Credentials>) | undefined;
  private held: Promise<S3Credentials> | undefined;

  constructor(given: S3Credentials | (() => Promise<S3Credentials>)) {
    this.provider = typeof given === "function" ? given : undefined;
    this.held = typeof given === "function" ? undefined : Promise.resolve(given);
  }

  async get(): Promise<S3Credentials> {
    const held = await this.ask();
    const ends = held.expiration?.getTime();
    if (ends === undefined || ends > systemClock() + BEFORE_END_MS || !this.renew()) return held;
    return this.ask();
  }

  /** Forgets what is held: the server says that it has ended. False where there is nobody to ask for more. */
  renew(): boolean {
    if (!this.provider) return false;
    this.held = undefined;
    return true;
  }

  private ask(): Promise<S3Credentials> {
    if (this.held) return this.held;
    const asked = given(this.provider!);
    this.held = asked;
    asked.catch(() => {
      if (this.held === asked) this.held = undefined;
    });
    return asked;
  }
}

/** @throws LakeError LAKE_STORE_PERMISSION where the caller's function fails, or gives no credentials. */
async function given(provider: () => Promise<S3Credentials>): Promise<S3Credentials> {
  let credentials: Partial<S3Credentials> | undefined;
  try {
    credentials = await provider();
  } catch (cause) {
    if (isLakeError(cause)) throw cause;
    throw refused("failed", cause);
  }
  const { accessKeyId, secretAccessKey } = credentials ?? {};
  if (!accessKeyId || !secretAccessKey) throw refused("gave no accessKeyId or secretAccessKey");
  return credentials as S3Credentials;
}

function refused(what: string, cause?: unknown): LakeError {
  return new LakeError("LAKE_STORE_PERMISSION", `The function for credentials of S3 ${what}.`, {
    hint: "It must resolve to { accessKeyId, secretAccessKey, sessionToken?, expiration? }.",
    cause,
  });
}
