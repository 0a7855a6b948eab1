import { pgliteCapabilities } from "../dialects/postgres.ts";
import { SqlError } from "../errors.ts";
import { HEADER_BYTES } from "../postgres/copy/buffer.ts";
import { Conversation } from "../postgres/conversation.ts";
import type { Client, Pool } from "../postgres/driver.ts";
import type { Host } from "../postgres/host.ts";
import { locksOf } from "../shared/waiting/named-locks.ts";
import { Readers } from "../shared/waiting/readers.ts";
import { type Instance, loadDriver } from "./driver.ts";
import { Session } from "./session.ts";
import type { PgliteSource } from "./source.ts";

/** The pools of instances: engines on one instance share its session. */
const pools = new WeakMap<Instance, LonePool>();

/** Postgres in this process. */
export function pgliteHost(source: PgliteSource): Host {
  const borrowed = typeof source === "object" && "execProtocol" in source;
  const key = borrowed ? source : {};
  return {
    name: "PGlite",
    capabilities: pgliteCapabilities,
    lone: { locks: locksOf(key), readers: readersOf(key) },
    copySource: "'/dev/blob'",
    copyStreams: false,
    assertRunnable,
    open: async () => {
      const { create, serialize } = await loadDriver();
      const instance = borrowed
        ? (source as unknown as Instance)
        : await create(
            typeof source === "string" ? source : (source as { dataDir?: string }).dataDir,
          ).catch(openFailed);
      await instance.waitReady;
      const pool = pools.get(instance) ?? new LonePool(new Session(instance, serialize));
      pools.set(instance, pool);
      return pool;
    },
    close: async (pool) => {
      if (!borrowed) await pool.end();
    },
    // It runs on this very thread: nothing can be asked of it meanwhile.
    cancel: () => Promise.resolve(),
    copyIn: copyBlob,
  };
}

const readers = new WeakMap<object, Readers>();
function readersOf(key: object): Readers {
  const known = readers.get(key) ?? new Readers();
  readers.set(key, known);
  return known;
}

/** The one session, which is had by one at a time. */
class LonePool implements Pool {
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  connect(): Promise<Client> {
    const { instance } = this.session;
    return new Promise((resolve, reject) => {
      // Neither a transaction nor a query of somebody who uses the instance itself runs meanwhile.
      instance
        ._runExclusiveTransaction(() =>
          instance.runExclusive(
            () =>
              new Promise<void>((release) => {
                this.session.onRelease = release;
                resolve(this.session);
              }),
          ),
        )
        .catch(reject);
    });
  }

  end(): Promise<void> {
    return this.session.instance.close();
  }

  on(): this {
    return this;
  }
}

async function copyBlob(
  client: Client,
  text: string,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { instance } = client as Session;
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks)
    parts.push(chunk.subarray(HEADER_BYTES) as Uint8Array<ArrayBuffer>);
  await instance._handleBlob(new Blob(parts));
  try {
    await Conversation.text(client, text);
  } finally {
    await instance._cleanupBlob();
  }
}

/** PGlite ends the process where it is asked for the data of a COPY. */
function assertRunnable(text: string): void {
  if (!/\bstdin\b/i.test(text)) return;
  const bare = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
  if (!/\bcopy\b[^;]*\bfrom\s+stdin\b/i.test(bare)) return;
  throw new SqlError("SQL_UNSUPPORTED", "PGlite cannot COPY FROM STDIN.", {
    hint: "load() takes rows, batches and streams of both.",
    details: { sql: text },
  });
}

function openFailed(cause: unknown): never {
  throw new SqlError("SQL_CONNECTION", `Cannot open PGlite: ${(cause as Error).message}`, {
    hint: "Check the folder of the data, and that no other process has it open.",
    cause,
  });
}
