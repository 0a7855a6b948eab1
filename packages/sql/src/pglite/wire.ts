import type { Wire } from "../postgres/driver.ts";
import { SqlError } from "../errors.ts";
import type { Serializer } from "./driver.ts";

type Listener = (message: never) => void;

/** Messages to a session in this process, sent when one comes that asks for an answer. */
export class SessionWire implements Wire {
  /** Nothing is written past the messages. */
  readonly stream: Wire["stream"] = {
    write: () => true,
    pause: () => {},
    resume: () => {},
    once: () => {},
    off: () => {},
  };
  /** Whether messages are being sent; what is written meanwhile follows them. */
  busy = false;
  private readonly serialize: Serializer;
  private readonly send: () => void;
  private readonly listeners = new Map<string, Set<Listener>>();
  private written: Uint8Array[] = [];
  private asking = false;

  constructor(serialize: Serializer, send: () => void) {
    this.serialize = serialize;
    this.send = send;
  }

  /** What is to be sent; undefined where nothing asks for an answer. */
  take(): Uint8Array | undefined {
    if (!this.asking) return undefined;
    this.asking = false;
    const messages = Buffer.concat(this.written);
    this.written = [];
    return messages;
  }

  emit(event: string, message?: unknown): void {
    const listeners = [...(this.listeners.get(event) ?? [])];
    this.listeners.delete(event);
    for (const listener of listeners) listener(message as never);
  }

  query(text: string): void {
    this.ask(this.serialize.query(text));
  }

  parse(message: Parameters<Wire["parse"]>[0]): void {
    this.written.push(this.serialize.parse(message));
  }

  bind(message: Parameters<Wire["bind"]>[0]): void {
    this.written.push(this.serialize.bind(message));
  }

  describe(message: Parameters<Wire["describe"]>[0]): void {
    this.written.push(this.serialize.describe(message));
  }

  execute(message: Parameters<Wire["execute"]>[0]): void {
    this.written.push(this.serialize.execute(message));
  }

  close(message: Parameters<Wire["close"]>[0]): void {
    this.written.push(this.serialize.close(message));
  }

  flush(): void {
    this.ask(this.serialize.flush());
  }

  sync(): void {
    this.ask(this.serialize.sync());
  }

  endCopyFrom(): void {
    throw noCopy();
  }

  sendCopyFail(): void {
    throw noCopy();
  }

  once(event: string, listener: Listener): void {
    const listeners = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, listeners.add(listener));
  }

  off(event: string, listener: Listener): void {
    this.listeners.get(event)?.delete(listener);
  }

  private ask(message: Uint8Array): void {
    this.written.push(message);
    this.asking = true;
    this.send();
  }
}

function noCopy(): SqlError {
  return new SqlError("SQL_UNSUPPORTED", "PGlite cannot COPY FROM STDIN.", {
    hint: "load() takes rows, batches and streams of both.",
  });
}
