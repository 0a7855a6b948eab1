import type { Chunk } from "../source.ts";

interface Offer {
  readonly chunk: Chunk;
  readonly settle: (taken: boolean) => void;
}

/** Passes chunks from a client that pushes to a reader that is asked. */
export class Handover {
  private offers: Offer[] = [];
  private wake: (() => void) | undefined;

  /** True once the chunk was taken, false once it was withdrawn. */
  offer(chunk: Chunk): Promise<boolean> {
    return new Promise((settle) => {
      this.offers.push({ chunk, settle });
      this.ring();
    });
  }

  take(): Chunk | undefined {
    const offer = this.offers.shift();
    offer?.settle(true);
    return offer?.chunk;
  }

  /** Withdraws what nobody took. */
  clear(): void {
    const { offers } = this;
    this.offers = [];
    for (const offer of offers) offer.settle(false);
  }

  /** Wakes the waiting reader, to look again. */
  ring(): void {
    this.wake?.();
    this.wake = undefined;
  }

  /** Resolves with the next offer or ring. */
  wait(): Promise<void> {
    return new Promise((resolve) => (this.wake = resolve));
  }
}
