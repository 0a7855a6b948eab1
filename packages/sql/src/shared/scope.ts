import { AsyncLocalStorage } from "node:async_hooks";
import { SqlError } from "../errors.ts";

interface Running {
  active: boolean;
}

/** Knows which calls come from inside a transaction of the engine, where the engine itself would wait for ever. */
export class TransactionScope {
  private readonly storage = new AsyncLocalStorage<Running>();

  /** @throws SqlError SQL_UNSUPPORTED inside a transaction. */
  assertOutside(call: string): void {
    if (!this.storage.getStore()?.active) return;
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
      return await this.storage.run(running, work);
    } finally {
      running.active = false;
    }
  }
}
