/** Fingerprints remembered at most; rows beyond are delivered again, which a target that compares does not mind. */
const MOST_REMEMBERED = 100_000;

/** Which rows were delivered before: a row that is there twice counts twice. */
export class Delivered {
  private readonly before = new Map<string, number>();
  private readonly seen: string[] = [];

  constructor(before: readonly string[] = []) {
    for (const fingerprint of before) {
      this.before.set(fingerprint, (this.before.get(fingerprint) ?? 0) + 1);
    }
  }

  get isEmpty(): boolean {
    return this.before.size === 0;
  }

  /** Whether the row was delivered before; each time it was counts once. */
  take(fingerprint: string): boolean {
    const times = this.before.get(fingerprint);
    if (times === undefined) return false;
    if (times === 1) this.before.delete(fingerprint);
    else this.before.set(fingerprint, times - 1);
    return true;
  }

  remember(fingerprint: string): void {
    if (this.seen.length < MOST_REMEMBERED) this.seen.push(fingerprint);
  }

  /** For the next extraction. */
  remembered(): readonly string[] {
    return this.seen;
  }
}
