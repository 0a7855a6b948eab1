import { connect as connectPlain, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import type { Client } from "./driver.ts";

/** Codes of protocol 3.0: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const CANCEL_REQUEST = 80_877_102;
const SSL_REQUEST = 80_877_103;

/**
 * Asks the server to stop what the connection runs, over a connection of its own as the protocol has it. Resolves when
 * the server has read it; there is no answer, and nothing to do about one that does not get through.
 */
export function cancelRequest(client: Client): Promise<void> {
  const { host, port, ssl } = client;
  return new Promise((resolve) => {
    const socket = host.startsWith("/")
      ? connectPlain(`${host}/.s.PGSQL.${port}`)
      : connectPlain(port, host);
    const settle = (): void => {
      socket.destroy();
      resolve();
    };
    socket.setTimeout(5000, settle);
    socket.on("error", settle);
    socket.on("close", settle);
    socket.once("connect", () => {
      if (ssl)
        encrypted(socket, host, ssl, (channel) => channel.end(cancelMessage(client)), settle);
      else socket.end(cancelMessage(client));
    });
  });
}

function encrypted(
  socket: Socket,
  host: string,
  ssl: unknown,
  send: (channel: Socket) => void,
  settle: () => void,
): void {
  socket.write(message(SSL_REQUEST));
  socket.once("data", (answer) => {
    if (answer[0] !== "S".charCodeAt(0)) return settle();
    const options = typeof ssl === "object" ? ssl : {};
    const channel = connectTls({ host, ...options, socket }, () => send(channel));
    channel.on("error", settle);
    channel.on("close", settle);
  });
}

function cancelMessage({ processID, secretKey }: Client): Buffer {
  return message(CANCEL_REQUEST, processID ?? 0, secretKey ?? 0);
}

function message(...words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * (words.length + 1));
  bytes.writeInt32BE(bytes.length, 0);
  words.forEach((word, k) => bytes.writeInt32BE(word, 4 * (k + 1)));
  return bytes;
}
