import { EventEmitter } from "node:events";
import { describe, expect, it } from "vitest";
import { type Answer, Conversation } from "../../src/postgres/conversation.ts";
import type { Client, Submittable, Wire } from "../../src/postgres/driver.ts";

/** A connection whose server says what the test lets it say. */
class Silent extends EventEmitter {
  readonly stream = { pause() {}, resume() {} };
  flush(): void {}
  sync(): void {}
  query(request: Submittable): void {
    request.submit(this as unknown as Wire);
  }
}

const row = { fields: ["1"], length: 12 };

function conversationOf(): { server: Silent; conversation: Conversation; first: Promise<Answer> } {
  const server = new Silent();
  const conversation = new Conversation(server as unknown as Client);
  return { server, conversation, first: conversation.askInParts(2, () => {}) };
}

describe("an answer in parts", () => {
  it("is whole at its end", async () => {
    const { server, conversation, first } = conversationOf();
    conversation.handleDataRow(row);
    conversation.handleCommandComplete({ text: "SELECT 1" });
    server.emit("readyForQuery", { status: "I" });
    expect(await first).toMatchObject({ rows: [["1"]], tags: ["SELECT 1"] });
  });

  it("is not taken for whole where it is given up after the server has said all", async () => {
    const { server, conversation, first } = conversationOf();
    conversation.handleDataRow(row);
    conversation.handleCommandComplete({ text: "SELECT 1" });
    const over = conversation.end();
    server.emit("readyForQuery", { status: "I" });
    await expect(first).rejects.toThrow("given up");
    await over;
  });

  it("is not taken for whole where more is asked for after it was given up", async () => {
    const { server, conversation, first } = conversationOf();
    conversation.handleDataRow(row);
    conversation.handleDataRow(row);
    expect((await first).tags).toEqual([]);
    conversation.handleDataRow(row);
    conversation.handleCommandComplete({ text: "SELECT 3" });
    void conversation.end();
    server.emit("readyForQuery", { status: "I" });
    await expect(conversation.more()).rejects.toThrow("given up");
  });
});
