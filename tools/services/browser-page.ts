import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { chromiumFlags } from "./chromium.ts";

type Parameters = Readonly<Record<string, unknown>>;
type Listener = (method: string, params: Parameters) => void;

/** A page of a headless Chromium, driven over its debugging pipe. */
export interface Page {
  /** A command of the DevTools protocol. */
  send(method: string, params?: Parameters): Promise<Record<string, unknown>>;
  /** Events of the page, from now on. */
  on(listener: Listener): void;
  /** The value of an expression, as JSON has it. */
  evaluate<R>(expression: string): Promise<R>;
  /** Opens an address and waits until it is loaded. */
  open(url: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts Chromium with one empty page. */
export async function openPage(executable: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), "lakewright-chromium-"));
  const child = spawn(
    executable,
    [...chromiumFlags, "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"],
    {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    },
  );
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const connection = connect(child.stdio[3] as Writable, child.stdio[4] as Readable);
  void exited.then(() => connection.fail(new Error("Chromium has ended.")));
  const { targetInfos } = (await connection.send("Target.getTargets", {})) as {
    targetInfos: { targetId: string; type: string }[];
  };
  const target = targetInfos.find(({ type }) => type === "page")!;
  const { sessionId } = (await connection.send("Target.attachToTarget", {
    targetId: target.targetId,
    flatten: true,
  })) as { sessionId: string };
  const send: Page["send"] = (method, params = {}) => connection.send(method, params, sessionId);
  for (const domain of ["Page", "Runtime", "Network", "Log"]) await send(`${domain}.enable`);
  const page: Page = {
    send,
    on: (listener) => connection.listen(sessionId, listener),
    evaluate: async <R>(expression: string) => {
      const { result, exceptionDetails } = (await send("Runtime.evaluate", {
        expression,
        returnByValue: true,
        awaitPromise: true,
      })) as {
        result: { value: R };
        exceptionDetails?: { text: string };
      };
      if (exceptionDetails) throw new Error(`${exceptionDetails.text} in: ${expression}`);
      return result.value;
    },
    open: async (url) => {
      const loaded = new Promise<void>((resolve) =>
        page.on((method) => method === "Page.loadEventFired" && resolve()),
      );
      await send("Page.navigate", { url });
      await loaded;
    },
    close: async () => {
      await connection.send("Browser.close", {}).catch(() => {});
      await exited;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return page;
}

interface Message {
  readonly id?: number;
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Parameters;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

/** Messages are JSON texts with a zero byte behind each. */
function connect(input: Writable, output: Readable) {
  const waiting = new Map<
    number,
    { resolve(value: Record<string, unknown>): void; reject(error: Error): void }
  >();
  const listeners: { readonly sessionId: string; readonly listener: Listener }[] = [];
  let last = 0;
  let rest = "";
  const receive = ({ id, sessionId, method, params, result, error }: Message): void => {
    if (method !== undefined) {
      for (const one of listeners)
        if (one.sessionId === sessionId) one.listener(method, params ?? {});
      return;
    }
    const caller = waiting.get(id!);
    waiting.delete(id!);
    if (error) caller?.reject(new Error(error.message));
    else caller?.resolve(result ?? {});
  };
  output.setEncoding("utf8").on("data", (text: string) => {
    const texts = (rest + text).split("\0");
    rest = texts.pop()!;
    for (const message of texts) receive(JSON.parse(message) as Message);
  });
  return {
    send: (
      method: string,
      params: Parameters,
      sessionId?: string,
    ): Promise<Record<string, unknown>> =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      }),
    listen: (sessionId: string, listener: Listener): void =>
      void listeners.push({ sessionId, listener }),
    fail: (error: Error): void => {
      for (const { reject } of waiting.values()) reject(error);
      waiting.clear();
    },
  };
}
