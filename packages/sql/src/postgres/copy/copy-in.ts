import type { Client, Submittable, Wire } from "../driver.ts";
import { isServerError } from "../error.ts";

/**
 * COPY … FROM STDIN: sends messages made by a generator as fast as the server takes them.
 *
 * Where the generator throws, the server is told to give up, and the error is the generator's. Where the server gives
 * up, the rest is not asked for.
 */
export function copyIn(
  client: Client,
  text: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    client.query(new CopyIn(text, chunks, resolve, reject));
  });
}

class CopyIn implements Submittable {
  private readonly text: string;
  private readonly chunks: AsyncIterable<Uint8Array>;
  private readonly resolve: () => void;
  private readonly reject: (error: unknown) => void;
  private wire: Wire | undefined;
  private failure: { readonly error: unknown } | undefined;
  private sending: Promise<void> = Promise.resolve();
  private wake: (() => void) | undefined;

  constructor(
    text: string,
    chunks: AsyncIterable<Uint8Array>,
    resolve: () => void,
    reject: (error: unknown) => void,
  ) {
    this.text = text;
    this.chunks = chunks;
    this.resolve = resolve;
    this.reject = reject;
  }

  submit(wire: Wire): void {
    this.wire = wire;
    wire.once("end", this.onEnd);
    wire.query(this.text);
  }

  handleCopyInResponse(wire: Wire): void {
    this.sending = this.send(wire);
  }

  handleError(error: Error, wire: Wire): void {
    this.fail(error);
    if (this.wire === undefined || !isServerError(error)) return this.over();
    wire.once("readyForQuery", this.onReady);
  }

  handleReadyForQuery(): void {
    this.over();
  }

  handleRowDescription(): void {}
  handleDataRow(): void {}
  handlePortalSuspended(): void {}
  handleCommandComplete(): void {}
  handleEmptyQuery(): void {}
  handleCopyData(): void {}

  private async send(wire: Wire): Promise<void> {
    try {
      for await (const chunk of this.chunks) {
        if (this.failure !== undefined) return;
        if (!wire.stream.write(chunk)) await this.drained(wire);
        if (this.failure !== undefined) return;
      }
      wire.endCopyFrom();
    } catch (error) {
      if (this.failure !== undefined) return;
      this.fail(error);
      wire.sendCopyFail("the data to load could not be made");
    }
  }

  private drained(wire: Wire): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.wake = undefined;
        wire.stream.off("drain", done);
        resolve();
      };
      this.wake = done;
      wire.stream.once("drain", done);
    });
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.wake?.();
  }

  private readonly onReady = (): void => {
    this.over();
  };

  private readonly onEnd = (): void => {
    this.fail(new Error("Connection terminated"));
    this.over();
  };

  private over(): void {
    this.wire?.off("end", this.onEnd);
    this.wire?.off("readyForQuery", this.onReady);
    void this.sending.then(() => {
      if (this.failure === undefined) this.resolve();
      else this.reject(this.failure.error);
    });
  }
}
