/**
 * What a loop waits on when several things can happen. Unlike `Promise.race` over promises that live long, it leaves
 * nothing behind on them.
 */
export class Wakeup {
  private rung = false;
  private resolve: (() => void) | undefined;

  /** Ends the wait at hand, or the next one. */
  readonly ring = (): void => {
    this.rung = true;
    this.resolve?.();
  };

  async wait(): Promise<void> {
    if (!this.rung) await new Promise<void>((resolve) => (this.resolve = resolve));
    this.rung = false;
    this.resolve = undefined;
  }
}
