import type { BoundParameters } from "./bind.ts";
import { type Answer, Conversation } from "./conversation.ts";
import type { Client, Wire } from "./driver.ts";

/** Asks for the columns of a statement, which does not run yet. */
export function prepare(wire: Wire, name: string, text: string, types: readonly number[]): void {
  wire.parse({ text, name, types });
  wire.describe({ type: "S", name });
}

/** A result the server keeps and gives piece by piece. */
export interface Portal {
  describe(text: string, types: readonly number[]): Promise<Answer>;
  start(bound: BoundParameters, rows: number): Promise<Answer>;
  continue(rows: number): Promise<Answer>;
  end(): Promise<void>;
}

/** On a connection of its own: one conversation, whose end is the end of the portal and of its transaction. */
export class OwnPortal implements Portal {
  private readonly client: Client;
  private conversation: Conversation | undefined;

  constructor(client: Client) {
    this.client = client;
  }

  describe(text: string, types: readonly number[]): Promise<Answer> {
    this.conversation = new Conversation(this.client);
    return this.conversation.ask((wire) => {
      prepare(wire, "", text, types);
      wire.flush();
    });
  }

  start(bound: BoundParameters, rows: number): Promise<Answer> {
    return this.conversation!.ask((wire) => {
      wire.bind({ portal: "", statement: "", values: bound.values });
      wire.execute({ portal: "", rows });
      wire.flush();
    });
  }

  continue(rows: number): Promise<Answer> {
    return this.conversation!.ask((wire) => {
      wire.execute({ portal: "", rows });
      wire.flush();
    });
  }

  end(): Promise<void> {
    return this.conversation?.end() ?? Promise.resolve();
  }
}

/** In a transaction: a name of its own, so that other statements can run in between. */
export class SharedPortal implements Portal {
  private readonly client: Client;
  private readonly name: string;
  private prepared = false;

  constructor(client: Client, name: string) {
    this.client = client;
    this.name = name;
  }

  async describe(text: string, types: readonly number[]): Promise<Answer> {
    const answer = await Conversation.once(this.client, (wire) =>
      prepare(wire, this.name, text, types),
    );
    this.prepared = true;
    return answer;
  }

  start(bound: BoundParameters, rows: number): Promise<Answer> {
    const { name } = this;
    return Conversation.once(this.client, (wire) => {
      wire.bind({ portal: name, statement: name, values: bound.values });
      wire.execute({ portal: name, rows });
    });
  }

  continue(rows: number): Promise<Answer> {
    return Conversation.once(this.client, (wire) => wire.execute({ portal: this.name, rows }));
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
