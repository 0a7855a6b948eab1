import { randomUUID } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "vite";
import { afterAll, describe, expect, test } from "vitest";
import { openPage, type Page } from "../../../../tools/services/browser-page.ts";
import { chromium } from "../../../../tools/services/chromium.ts";
import { LakeError, type LakeErrorCode } from "../../src/errors.ts";
import { insidePath, joinPath, trimSlashes } from "../../src/store/paths.ts";
import type { ObjectInfo, Store } from "../../src/store/store.ts";
import { upTo } from "../table/sales.ts";
import type { Answer, StoreCall } from "./browser-page.ts";
import { minioBucket } from "./buckets.ts";
import { storeContract } from "./contract.ts";

interface Browser {
  readonly page: Page;
  stop(): Promise<void>;
}

/** A page of an origin of its own, with the stores in it. */
async function openBrowser(executable: string): Promise<Browser> {
  const built = await build({
    logLevel: "silent",
    configFile: false,
    resolve: { conditions: ["@lakewright/source", "browser", "import", "module", "default"] },
    build: {
      write: false,
      minify: false,
      lib: {
        entry: join(import.meta.dirname, "browser-page.ts"),
        formats: ["iife"],
        name: "page",
      },
    },
  });
  const [output] = Array.isArray(built) ? built : [built];
  if (!output || !("output" in output)) throw new Error("Nothing was built.");
  const script = output.output[0].code;
  const server: Server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader(
      "content-type",
      `${isScript ? "text/javascript" : "text/html"}; charset=utf-8`,
    );
    response.end(isScript ? script : '<!doctype html><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const page = await openPage(executable);
  // Its events would bring every body that is sent, megabytes of it, through the pipe.
  await page.send("Network.disable");
  await page.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  return {
    page,
    stop: async () => {
      await page.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

function executable(): string | undefined {
  try {
    return chromium();
  } catch (error) {
    console.warn(`Skipped, there is no Chromium here: ${String(error)}`);
    return undefined;
  }
}
const found = executable();
const browser = found === undefined ? undefined : await openBrowser(found);
afterAll(() => browser?.stop());

function valueOf<R>(answer: Answer): R {
  if ("value" in answer) return answer.value as R;
  const { code, message, details } = answer.error;
  if (code === undefined) {
    throw message.startsWith("RangeError") ? new RangeError(message) : new Error(message);
  }
  throw new LakeError(code as LakeErrorCode, message, { details: { ...details } });
}

async function ask<R>(verb: string, ...args: readonly unknown[]): Promise<R> {
  const text = `ask(${JSON.stringify(verb)}, ${JSON.stringify(args)})`;
  return valueOf<R>(await browser!.page.evaluate<Answer>(text));
}

/** The same verb in several workers at once, each with its number before the last argument. */
async function inWorkers<R>(verb: string, argsOf: readonly unknown[][]): Promise<R[]> {
  const answers = await browser!.page.evaluate<Answer[]>(`Promise.all(
    ${JSON.stringify(argsOf)}.map((args) => new Promise((resolve, reject) => {
      const worker = new Worker("/page.js");
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => { worker.terminate(); resolve(data); };
      worker.postMessage({ verb: ${JSON.stringify(verb)}, args });
    })),
  )`);
  return answers.map((answer) => valueOf<R>(answer));
}

/** The store of the page, as one here: each call is made there. */
class PageStore implements Store {
  readonly location: string = "page";
  readonly capabilities = { write: true, putIfAbsent: true, list: true };
  private readonly root: string;
  private readonly inPlace: boolean;

  constructor(root: string, inPlace = false) {
    this.root = root;
    this.inPlace = inPlace;
  }

  async get(path: string, options: Parameters<Store["get"]>[1] = {}): Promise<Uint8Array> {
    const { from, to, signal } = options;
    signal?.throwIfAborted();
    const range = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const text = await this.call<string>({ method: "get", path, options: range });
    return new Uint8Array(Buffer.from(text, "base64"));
  }

  async head(path: string): Promise<ObjectInfo | undefined> {
    return (await this.call<ObjectInfo | null>({ method: "head", path })) ?? undefined;
  }

  async *list(
    path: string,
    { after }: { readonly after?: string | undefined } = {},
  ): AsyncGenerator<ObjectInfo> {
    const options = after === undefined ? {} : { after };
    yield* await this.call<ObjectInfo[]>({ method: "list", path, options });
  }

  async put(path: string, given: Uint8Array | AsyncIterable<Uint8Array>): Promise<ObjectInfo> {
    const data: string[] = [];
    let breaks = false;
    try {
      for await (const chunk of given instanceof Uint8Array ? [given] : given) {
        data.push(Buffer.from(chunk).toString("base64"));
      }
    } catch {
      breaks = true;
    }
    return this.call<ObjectInfo>({ method: "put", path, data, breaks });
  }

  putIfAbsent(path: string, given: Uint8Array): Promise<boolean> {
    const data = [Buffer.from(given).toString("base64")];
    return this.call<boolean>({ method: "putIfAbsent", path, data });
  }

  delete(path: string): Promise<void> {
    return this.call<void>({ method: "delete", path });
  }

  at(path: string): Store {
    const below = insidePath("page", trimSlashes(path));
    return new PageStore(joinPath(this.root, below), this.inPlace);
  }

  private call<R>(request: Omit<StoreCall, "root">): Promise<R> {
    return ask<R>("call", { ...request, root: this.root, inPlace: this.inPlace });
  }
}

describe.skipIf(!browser)("opfsStore in Chromium", () => {
  if (browser) storeContract("opfsStore in Chromium", async () => new PageStore(randomUUID()));

  test("of workers that race for each name one wins", async () => {
    const root = randomUUID();
    const racers = [0, 1, 2, 3];
    const won = await inWorkers<string[]>(
      "race",
      racers.map((id) => [root, id, 50]),
    );
    expect(won.flat().sort()).toEqual(Array.from({ length: 50 }, (_, i) => `r${i}`).sort());
    const store = new PageStore(root);
    for (const [id, names] of won.entries()) {
      for (const name of names) {
        const content = Buffer.from(await store.get(name)).toString();
        expect(content).toBe(`racer ${id}, `.repeat(1000));
      }
    }
    expect(await Array.fromAsync(store.list("."))).toEqual([]);
  });

  test("workers append to one table, and none of their commits is lost", async () => {
    const root = randomUUID();
    await ask("create", root);
    const versions = await inWorkers<string[]>(
      "append",
      [0, 1, 2, 3].map((worker) => [root, 5 * worker, 5]),
    );
    expect(
      versions
        .flat()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 20 }, (_, k) => k + 1));
    const read = await ask<number[]>("scan", root);
    expect(read).toEqual(upTo(40).map(Number));
    // The same files, as a folder somebody chose.
    expect(await ask("scanFiles", root, "orders")).toEqual(read);
  });
});

const bucket = browser && (await minioBucket());
afterAll(() => bucket?.server.stop());

test.skipIf(!bucket)("a page writes a table to a bucket of another origin", async () => {
  const answer = await ask<number[]>("bucket", { ...bucket!.options, prefix: randomUUID() });
  expect(answer).toEqual([10_000_000, 9, ...upTo(6).map(Number)]);
});

// Last: the page has no `move` any more.
describe.skipIf(!browser)("opfsStore in a browser that cannot move files", () => {
  if (browser) {
    storeContract("opfsStore without move", async () => new PageStore(randomUUID(), true));
  }

  test("writes a commit again over an empty file that a closed tab left", async () => {
    const store = new PageStore(randomUUID(), true);
    await store.put("log/0", new Uint8Array());
    expect(await store.putIfAbsent("log/0", Uint8Array.of(1))).toBe(true);
    expect(await store.putIfAbsent("log/0", Uint8Array.of(2))).toBe(false);
    expect(await store.get("log/0")).toEqual(Uint8Array.of(1));
  });
});
