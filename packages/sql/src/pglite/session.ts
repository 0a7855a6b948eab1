import type { Client, Submittable } from "../postgres/driver.ts";
import type { Instance, Message, Serializer } from "./driver.ts";
import { SessionWire } from "./wire.ts";

/**
 * The only session of a PGlite, spoken to in messages of the protocol: to the engine it is what a connection of pg is.
 * It takes one query at a time; others wait.
 */
export class Session implements Client {
  readonly processID: null = null;
  readonly secretKey: null = null;
  readonly host: string = "";
  readonly port: number = 0;
  readonly ssl: boolean = false;
  /** Called when whoever has the session gives it back. */
  onRelease: () => void = () => {};
  readonly instance: Instance;
  private readonly wire: SessionWire;
  private readonly waiting: Submittable[] = [];
  private active: Submittable | undefined;

  constructor(instance: Instance, serialize: Serializer) {
    this.instance = instance;
    this.wire = new SessionWire(serialize, () => void this.pump());
  }

  query(query: Submittable): void {
    this.waiting.push(query);
    if (this.active === undefined) this.next();
  }

  on(): this {
    return this;
  }

  off(): this {
    return this;
  }

  release(): void {
    this.onRelease();
  }

  private next(): void {
    this.active = this.waiting.shift();
    this.active?.submit(this.wire);
  }

  /** Sends what is written, and what the answers to it make the query write. */
  private async pump(): Promise<void> {
    if (this.wire.busy) return;
    this.wire.busy = true;
    try {
      for (let bytes = this.wire.take(); bytes !== undefined; bytes = this.wire.take()) {
        const { messages } = await this.instance.execProtocol(bytes, {
          throwOnError: false,
          syncToFs: false,
        });
        for (const message of messages) await this.dispatch(message);
      }
    } catch (error) {
      const { active } = this;
      this.active = undefined;
      this.wire.take();
      active?.handleError(error as Error, this.wire);
    } finally {
      this.wire.busy = false;
    }
    if (this.active === undefined) this.next();
  }

  private async dispatch(message: Message): Promise<void> {
    const query = this.active;
    if (query === undefined) return;
    switch (message.name) {
      case "rowDescription":
        return query.handleRowDescription(message as never);
      case "noData":
        return this.wire.emit("noData");
      case "dataRow":
        return query.handleDataRow(message as never);
      case "portalSuspended":
        return query.handlePortalSuspended();
      case "commandComplete":
        return query.handleCommandComplete(message as never);
      case "emptyQuery":
        return query.handleEmptyQuery();
      case "error":
        return query.handleError(message as unknown as Error, this.wire);
      case "readyForQuery": {
        const { status } = message as unknown as { readonly status: string };
        // What is committed is on its disk before its caller hears of it.
        if (status === "I") await this.instance.syncToFs();
        this.active = undefined;
        this.wire.emit("readyForQuery", message);
        query.handleReadyForQuery();
        return;
      }
      default:
    }
  }
}
