import type { BoundParameters } from "./bind.ts";
import { type Answer, Conversation } from "./conversation.ts";
import type { Client, Wire } from "./driver.ts";

/** Asks for the columns of a statement, which does not run yet. */
export function prepare(wire: Wire, name: string, text: string, types: readonly number[]): void {
  wire.parse({ text, name, types });
  wire.describe({ type: "S", name });
}

/** Asks for the columns of a statement without a name, in the conversation that will run it. */
function describeAlone(
  conversation: Conversation,
  text: string,
  types: readonly number[],
): Promise<Answer> {
  return conversation.ask((wire) => {
    prepare(wire, "", text, types);
    wire.flush();
  });
}

/** A result that comes piece by piece; the last piece has a tag. */
export interface Portal {
  describe(text: string, types: readonly number[]): Promise<Answer>;
  start(bound: BoundParameters): Promise<Answer>;
  continue(before: Answer): Promise<Answer>;
  end(): Promise<void>;
}

/**
 * On a connection of its own: all rows are asked for at once, without which Postgres runs no plan on several cores, and
 * the connection is not read while nobody takes them.
 */
export class StreamedPortal implements Portal {
  private readonly client: Client;
  private readonly batchRows: number;
  private readonly cancel: () => Promise<void>;
  private conversation: Conversation | undefined;
  private started = false;
  private cancelled: Promise<void> | undefined;

  /** @param cancel - asks the server to stop what the connection runs */
  constructor(client: Client, batchRows: number, cancel: () => Promise<void>) {
    this.client = client;
    this.batchRows = batchRows;
    this.cancel = cancel;
  }

  describe(text: string, types: readonly number[]): Promise<Answer> {
    this.conversation = new Conversation(this.client);
    return describeAlone(this.conversation, text, types);
  }

  start(bound: BoundParameters): Promise<Answer> {
    this.started = true;
    return this.conversation!.askInParts(Math.min(this.batchRows, MOST_ROWS), (wire) => {
      wire.bind({ portal: "", statement: "", values: bound.values });
      wire.execute({ portal: "", rows: 0 });
    });
  }

  continue(): Promise<Answer> {
    return this.conversation!.more();
  }

  /** Ends it at any moment: what the server has sent already is passed over. */
  async end(): Promise<void> {
    const { conversation } = this;
    if (conversation === undefined) return;
    const over = conversation.end();
    if (this.started && conversation.isRunning) this.cancelled ??= this.cancel();
    await over;
    // Else it could hit the next statement.
    await this.cancelled;
  }
}

/** On the only connection there is, which cannot be left unread: pieces are asked for, in one conversation. */
export class LonePortal implements Portal {
  private readonly client: Client;
  private readonly batchRows: number;
  private conversation: Conversation | undefined;

  constructor(client: Client, batchRows: number) {
    this.client = client;
    this.batchRows = batchRows;
  }

  describe(text: string, types: readonly number[]): Promise<Answer> {
    this.conversation = new Conversation(this.client);
    return describeAlone(this.conversation, text, types);
  }

  start(bound: BoundParameters): Promise<Answer> {
    return this.conversation!.ask((wire) => {
      wire.bind({ portal: "", statement: "", values: bound.values });
      wire.execute({ portal: "", rows: rowsToFetch(undefined, this.batchRows) });
      wire.flush();
    });
  }

  continue(before: Answer): Promise<Answer> {
    return this.conversation!.ask((wire) => {
      wire.execute({ portal: "", rows: rowsToFetch(before, this.batchRows) });
      wire.flush();
    });
  }

  end(): Promise<void> {
    return this.conversation?.end() ?? Promise.resolve();
  }
}

/** In a transaction: a name of its own, so that other statements can run between two pieces. */
export class SharedPortal implements Portal {
  private readonly client: Client;
  private readonly batchRows: number;
  private readonly name: string;
  private prepared = false;

  constructor(client: Client, batchRows: number, name: string) {
    this.client = client;
    this.batchRows = batchRows;
    this.name = name;
  }

  async describe(text: string, types: readonly number[]): Promise<Answer> {
    const answer = await Conversation.once(this.client, (wire) =>
      prepare(wire, this.name, text, types),
    );
    this.prepared = true;
    return answer;
  }

  start(bound: BoundParameters): Promise<Answer> {
    const { name } = this;
    return Conversation.once(this.client, (wire) => {
      wire.bind({ portal: name, statement: name, values: bound.values });
      wire.execute({ portal: name, rows: rowsToFetch(undefined, this.batchRows) });
    });
  }

  continue(before: Answer): Promise<Answer> {
    return Conversation.once(this.client, (wire) =>
      wire.execute({ portal: this.name, rows: rowsToFetch(before, this.batchRows) }),
    );
  }

  async end(): Promise<void> {
    if (!this.prepared) return;
    const { name } = this;
    // Both end with their connection: that it broke is said by whoever asked for rows, and by the next request.
    await Conversation.once(this.client, (wire) => {
      wire.close({ type: "P", name });
      wire.close({ type: "S", name });
    }).catch(() => undefined);
  }
}

/** Rows of the first piece, which shows how long they are, and of any at most. */
const FIRST_ROWS = 1024;
const MOST_ROWS = 16_384;
/** Characters of the others, about. */
const FETCH_CHARACTERS = 4 * 1024 * 1024;

function rowsToFetch(before: Answer | undefined, batchRows: number): number {
  if (before === undefined) return Math.min(FIRST_ROWS, batchRows);
  let characters = 1;
  for (const row of before.rows) for (const text of row) characters += text?.length ?? 0;
  const fitting = Math.floor((FETCH_CHARACTERS * before.rows.length) / characters);
  return Math.max(1, Math.min(batchRows, fitting, MOST_ROWS));
}
