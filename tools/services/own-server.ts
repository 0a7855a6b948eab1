import type { ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";

/** What can be done to a server in a process of its own. */
export interface OwnServer {
  /** Ends the process at once, as a crash would; the data stay. */
  kill(): Promise<void>;
  /** Starts it again with the same data. */
  restart(): Promise<void>;
  /** Stops it and deletes its data. */
  stop(): Promise<void>;
}

/**
 * Starts a server that ends with this process, and whose folder goes when it is stopped or does not start.
 *
 * @param start - also starts it again; what it rejects with, it has ended before
 */
export async function ownServer(
  folder: string,
  start: (isFirst: boolean) => Promise<ChildProcess>,
): Promise<OwnServer> {
  const clear = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  let server: ChildProcess;
  try {
    server = await start(true);
  } catch (error) {
    clear();
    throw error;
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const exited = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await exited;
  };
  const killWithParent = (): void => void server.kill("SIGKILL");
  process.once("exit", killWithParent);
  return {
    kill: () => end("SIGKILL"),
    restart: async () => {
      await end("SIGTERM");
      server = await start(false);
    },
    stop: async () => {
      process.off("exit", killWithParent);
      // A clean stop writes what nobody will read.
      await end("SIGKILL");
      clear();
    },
  };
}

/** Keeps a server that was started by hand until Ctrl-C. */
export function untilInterrupted({ stop }: Pick<OwnServer, "stop">): void {
  const end = (): void => void stop().then(() => process.exit(0));
  process.once("SIGINT", end);
  process.once("SIGTERM", end);
}

/**
 * Waits until a process that was just spawned, its output in pipes, is ready, and ends it where it is not in time.
 *
 * @throws Error with what it said.
 */
export async function untilReady(
  name: string,
  server: ChildProcess,
  readyMs: number,
  isReady: () => Promise<boolean>,
): Promise<ChildProcess> {
  let log = "";
  let ended: string | undefined;
  for (const stream of [server.stdout, server.stderr]) {
    stream?.on("data", (text: Buffer) => {
      if (log.length < 100_000) log += text.toString();
    });
  }
  server.once("error", (error) => (ended = `cannot be run: ${error.message}`));
  server.once("exit", () => (ended ??= "ended while it started"));
  const deadline = Date.now() + readyMs;
  while (!(await isReady())) {
    if (Date.now() > deadline) ended ??= `was not ready in ${readyMs} ms`;
    if (ended !== undefined) {
      server.kill("SIGKILL");
      throw new Error(`${name} ${ended}: ${log.slice(-4000)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return server;
}
