import type {
  Client,
  DataRow,
  FieldDescription,
  ReadyForQuery,
  Submittable,
  Text,
  Wire,
} from "./driver.ts";
import { isServerError } from "./error.ts";

/** A part of the rows has no more bytes than about so many, however few they are. */
const PART_BYTES = 4 * 1024 * 1024;

/** What the server has answered to one request. */
export interface Answer {
  /** The columns; empty where the statement gives no rows. */
  fields: readonly FieldDescription[];
  rows: Text[][];
  /** Command tags, such as "INSERT 0 3": one a statement. */
  tags: string[];
}

/** Whether a transaction was open when the server was last ready for a request. */
export const inTransaction: WeakMap<Client, boolean> = new WeakMap();

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Requests to one connection and their answers, over pg's interface for custom queries. Until `end` the connection is
 * its own: what others ask meanwhile waits.
 */
export class Conversation implements Submittable {
  private readonly client: Client;
  private wire: Wire | undefined;
  private first: ((wire: Wire) => void) | undefined;
  private waiting: Waiting | undefined;
  private answer: Answer = emptyAnswer();
  /** Rows of a part of the answer; undefined where it is given whole. */
  private partRows: number | undefined;
  private partBytes = 0;
  private discards = false;
  private synced = false;
  private over = false;
  private failure: Error | undefined;
  private readonly whenOver: (() => void)[] = [];

  constructor(client: Client) {
    this.client = client;
  }

  /** One request, answered when the server is ready for the next. */
  static async once(client: Client, send: (wire: Wire) => void): Promise<Answer> {
    const conversation = new Conversation(client);
    try {
      conversation.synced = true;
      return await conversation.ask((wire) => {
        send(wire);
        wire.sync();
      });
    } finally {
      await conversation.end();
    }
  }

  /** One or more statements as text, without parameters. */
  static async text(client: Client, text: string): Promise<Answer> {
    const conversation = new Conversation(client);
    try {
      conversation.synced = true;
      return await conversation.ask((wire) => wire.query(text));
    } finally {
      await conversation.end();
    }
  }

  /** Sends messages that end with a flush, and gives what the server answers to them. */
  ask(send: (wire: Wire) => void): Promise<Answer> {
    if (this.over) return Promise.reject(this.failure ?? terminated());
    return new Promise((resolve, reject) => {
      this.answer = emptyAnswer();
      this.waiting = { resolve, reject };
      if (this.wire !== undefined) {
        send(this.wire);
        return;
      }
      this.first = send;
      this.client.query(this);
    });
  }

  /**
   * The last request of the conversation, whose rows are given in parts: this is the first, {@link more} gives the
   * others, and the last one has a tag. Between them the connection is not read, and the server waits.
   */
  askInParts(rows: number, send: (wire: Wire) => void): Promise<Answer> {
    this.synced = true;
    this.partRows = rows;
    return this.ask((wire) => {
      send(wire);
      wire.sync();
    });
  }

  /** The next part of the rows. */
  more(): Promise<Answer> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      if (this.over || this.isPartFull) this.settle();
      else this.wire!.stream.resume();
    });
  }

  /** Whether the server is still at the request: it has said neither all nor what went wrong. */
  get isRunning(): boolean {
    return !this.over && this.failure === undefined;
  }

  /** Passes over what else comes. */
  discard(): void {
    this.discards = true;
    this.answer.rows = [];
    this.wire?.stream.resume();
  }

  /** Gives the connection back: resolves when the server is ready for another request, or is gone. */
  end(): Promise<void> {
    if (this.over || this.wire === undefined) return Promise.resolve();
    this.discard();
    this.sync(this.wire);
    return new Promise((resolve) => this.whenOver.push(resolve));
  }

  submit(wire: Wire): void {
    this.wire = wire;
    wire.once("noData", this.onNoData);
    wire.once("end", this.onEnd);
    // pg tells a query that it is over, but not whether in a transaction, and one that failed not at all.
    wire.once("readyForQuery", this.onReady);
    this.first!(wire);
  }

  handleRowDescription(message: { readonly fields: readonly FieldDescription[] }): void {
    this.answer.fields = message.fields;
    this.wire!.off("noData", this.onNoData);
    if (!this.synced) this.settle();
  }

  handleDataRow(message: DataRow): void {
    if (this.discards) return;
    this.answer.rows.push(message.fields);
    if (this.partRows === undefined) return;
    this.partBytes += message.length;
    if (!this.isPartFull || this.waiting === undefined) return;
    this.wire!.stream.pause();
    this.settle();
  }

  handlePortalSuspended(): void {
    if (!this.synced) this.settle();
  }

  handleCommandComplete(message: { readonly text: string }): void {
    this.answer.tags.push(message.text);
    if (!this.synced) this.settle();
  }

  handleEmptyQuery(): void {
    this.answer.tags.push("");
    if (!this.synced) this.settle();
  }

  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail("COPY FROM STDIN is what load() is for");
    // The one that was sent before was passed over as part of the COPY.
    if (this.partRows !== undefined) wire.sync();
  }

  handleCopyData(): void {}

  handleReadyForQuery(): void {}

  handleError(error: Error, wire: Wire): void {
    // Nobody is told twice: pg forgets a query that failed, and the server is ready once it has seen a Sync.
    if (this.over) return;
    if (this.wire === undefined || !isServerError(error)) {
      this.finish(error);
      return;
    }
    this.sync(wire);
    this.fail(error);
  }

  private readonly onNoData = (): void => {
    if (!this.synced) this.settle();
  };

  private readonly onReady = ({ status }: ReadyForQuery): void => {
    inTransaction.set(this.client, status !== "I");
    this.finish();
  };

  private readonly onEnd = (): void => {
    this.finish(terminated());
  };

  private get isPartFull(): boolean {
    return this.answer.rows.length >= this.partRows! || this.partBytes >= PART_BYTES;
  }

  private sync(wire: Wire): void {
    if (this.synced) return;
    this.synced = true;
    wire.sync();
  }

  private finish(error?: Error): void {
    if (this.over) return;
    this.over = true;
    this.wire?.off("noData", this.onNoData);
    this.wire?.off("end", this.onEnd);
    this.wire?.off("readyForQuery", this.onReady);
    // The end may have come with the very bytes after which it was paused.
    this.wire?.stream.resume();
    if (error === undefined) this.settle();
    else this.fail(error);
    for (const resolve of this.whenOver) resolve();
  }

  private settle(): void {
    const { waiting, answer } = this;
    if (waiting === undefined) return;
    // What is left of it must not be taken for all of it.
    if (this.discards) return this.fail(new Error("The answer was given up."));
    this.waiting = undefined;
    this.answer = emptyAnswer();
    this.partBytes = 0;
    waiting.resolve(answer);
  }

  private fail(error: Error): void {
    const { waiting } = this;
    this.failure ??= error;
    this.waiting = undefined;
    waiting?.reject(error);
  }
}

function emptyAnswer(): Answer {
  return { fields: [], rows: [], tags: [] };
}

function terminated(): Error {
  return new Error("Connection terminated");
}
