/** Time an answer may need beyond the wait the broker was asked for; a fetch that took longer has failed. */
const SLACK_MS = 5000;

/**
 * Tells when there is nothing to read although the log goes on: behind the first open transaction a fetch of committed
 * records gives nothing, so the end of the log is never reached. Twice in a row every broker has to have waited its
 * full time in vain.
 */
export class IdleFetches {
  private readonly waitMs: number;
  private readonly inVain = new Map<unknown, number>();

  constructor(waitMs: number) {
    this.waitMs = waitMs;
  }

  /** A broker is asked; true where all of them have shown that there is nothing. */
  started(nodeId: unknown): boolean {
    if (!this.inVain.has(nodeId)) this.inVain.set(nodeId, 0);
    return [...this.inVain.values()].every((times) => times >= 2);
  }

  ended(nodeId: unknown, ms: number): void {
    const waited = ms >= 0.9 * this.waitMs && ms <= this.waitMs + SLACK_MS;
    this.inVain.set(nodeId, waited ? (this.inVain.get(nodeId) ?? 0) + 1 : 0);
  }

  /** Something was read, or is read from elsewhere. */
  reset(): void {
    this.inVain.clear();
  }
}
