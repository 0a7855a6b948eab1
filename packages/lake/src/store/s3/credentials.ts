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
    const asked = this.provider!();
    this.held = asked;
    asked.catch(() => {
      if (this.held === asked) this.held = undefined;
    });
    return asked;
  }
}
