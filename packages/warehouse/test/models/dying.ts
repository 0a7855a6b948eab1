import type { SqlEngine } from "@lakewright/sql";
import { guarded } from "../guarded.ts";

/** The engine of a process that is killed before its n-th statement (from 0), inside transactions and outside: none is sent after. */
export function dyingAt(
  engine: SqlEngine,
  n: number,
): SqlEngine & { readonly statements: number; readonly sent: readonly string[] } {
  const sent: string[] = [];
  let statements = 0;
  const dying = guarded(
    engine,
    async (statement = "LOAD") => {
      if (statements++ >= n) throw new Error("the process was killed");
      sent.push(typeof statement === "string" ? statement : statement.render(engine.dialect).text);
    },
    true,
  );
  return {
    ...dying,
    get statements() {
      return statements;
    },
    sent,
  };
}
