/** Fingerprints remembered at most of rows that have a key: one beyond is delivered again, and takes the place of itself. */
const MOST_REMEMBERED = 100_000;

/** Which rows were delivered before: a row that is there twice counts twice. */
export class Delivered {
  private readonly before = new Map<string, number>();
  private readonly seen: string[] = [];

  private readonly most: number;

  /** @param hasKey - whether a target can tell that a row it is given is one it has */
  constructor(before: readonly string[] = [], hasKey: boolean = true) {
    this.most = hasKey ? MOST_REMEMBERED : Infinity;
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
    if (this.seen.length < this.most) this.seen.push(fingerprint);
  }

  /** For the next extraction. */
  remembered(): readonly string[] {
    return this.seen;
  }
}
