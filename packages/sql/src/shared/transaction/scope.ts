import type { AsyncLocalStorage } from "node:async_hooks";
import { SqlError } from "../../errors.ts";

interface Running {
  active: boolean;
}

/**
 * Knows which calls come from inside a transaction of the engine, where the engine itself would wait for ever. Browsers
 * cannot tell: there such a call does wait.
 */
export class TransactionScope {
  private readonly storage = asyncStorage();

  /** @throws SqlError SQL_UNSUPPORTED inside a transaction. */
  assertOutside(call: string): void {
    if (!this.storage?.getStore()?.active) return;
    throw new SqlError(
      "SQL_UNSUPPORTED",
      `${call} of the engine was called inside its own transaction.`,
      {
        hint: "Use the session the transaction gives; transactions do not nest.",
      },
    );
  }

  async run<R>(work: () => Promise<R>): Promise<R> {
    const running: Running = { active: true };
    try {
      return await (this.storage === undefined ? work() : this.storage.run(running, work));
    } finally {
      running.active = false;
    }
  }
}

/** Of Node, asked for without an import, which a browser could not load. */
function asyncStorage(): AsyncLocalStorage<Running> | undefined {
  const { process } = globalThis as { readonly process?: NodeJS.Process };
  const module = process?.getBuiltinModule?.("node:async_hooks");
  return module && new module.AsyncLocalStorage<Running>();
}
