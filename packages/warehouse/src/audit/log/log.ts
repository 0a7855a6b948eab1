import {
  type ColumnReader,
  parseJson,
  readColumn,
  retrying,
  showValue,
  type Table,
} from "@lakewright/core";
import { raw, type Sql, sql, type SqlEngine, type SqlSession } from "@lakewright/sql";
import type { Clock } from "../../clock.ts";
import { isContention, WarehouseError } from "../../errors.ts";
import { microsOf } from "../../instant.ts";
import { assertKnown, isObject } from "../../options.ts";
import { jsonText } from "../json-text.ts";
import { type Chain, GENESIS } from "./chain.ts";
import type { AuditEntry, AuditEvent, AuditLog, AuditVerdict } from "./types.ts";

/** An append is tried again where another writer came between: engines without row locks find out at the end. */
const RIVALS = { retries: 19, when: isContention, firstPauseMs: 4, longestPauseMs: 500 };

interface Head {
  readonly sequence: bigint;
  readonly hash: string;
}

interface Stored extends Omit<AuditEntry, "details"> {
  readonly details: string;
}

export interface ChainedLogParts {
  readonly engine: SqlEngine;
  readonly clock: Clock;
  readonly entries: Table;
  readonly path: readonly string[];
  readonly table: Sql;
  readonly head: Sql;
  readonly chain: Chain;
}

/** The log on its two tables. */
export class ChainedLog implements AuditLog {
  private readonly parts: ChainedLogParts;

  constructor(parts: ChainedLogParts) {
    this.parts = parts;
  }

  async append(
    events: AuditEvent | readonly AuditEvent[],
    options: { readonly session?: SqlSession | undefined; readonly signal?: AbortSignal } = {},
  ): Promise<AuditEntry[]> {
    assertKnown("append", options, ["session", "signal"]);
    const { session: given, signal } = options;
    const list = Array.isArray(events) ? (events as readonly AuditEvent[]) : [events as AuditEvent];
    const told = list.map(toldOf);
    if (told.length === 0) return [];
    signal?.throwIfAborted();
    if (given !== undefined) return this.write(given, told, signal);
    return retrying({ ...RIVALS, signal }, () =>
      this.parts.engine.transaction((session) => this.write(session, told, signal), { signal }),
    );
  }

  async *entries(
    options: { readonly from?: bigint; readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<AuditEntry> {
    for await (const entry of this.stored(this.parts.engine, options.from ?? 1n, options.signal)) {
      yield { ...entry, details: parseJson(entry.details) };
    }
  }

  verify(
    options: {
      readonly expected?: Head | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<AuditVerdict> {
    // The entries and the head of one moment: an append between the two reads would look like a log cut short.
    return this.parts.engine.transaction(
      async (session) => {
        const head = await this.readHead(session, options.signal);
        return this.check(session, head, options.expected, options.signal);
      },
      { signal: options.signal, isolation: "repeatable read" },
    );
  }

  private async check(
    session: SqlSession,
    head: Head | undefined,
    expected: Head | undefined,
    signal: AbortSignal | undefined,
  ): Promise<AuditVerdict> {
    const { chain } = this.parts;
    let last: Head = { sequence: 0n, hash: GENESIS };
    let missed = expected;
    const verdict = (problem: string | undefined): AuditVerdict => ({
      ok: problem === undefined,
      entries: last.sequence,
      head: last.sequence === 0n ? undefined : last,
      problem,
    });
    for await (const entry of this.stored(session, undefined, signal)) {
      const { sequence, hash } = entry;
      if (sequence !== last.sequence + 1n) {
        return verdict(
          `After entry ${last.sequence} comes ${sequence}: entries were removed or put in.`,
        );
      }
      if ((await chain(last.hash, entry)) !== hash) {
        return verdict(
          `Entry ${sequence} does not have the hash of what it says and what is before it: it was changed, or the key is another.`,
        );
      }
      last = { sequence, hash };
      if (missed?.sequence === sequence) {
        if (missed.hash !== hash) {
          return verdict(
            `Entry ${sequence} is not the one that was expected: the chain was written anew.`,
          );
        }
        missed = undefined;
      }
    }
    if (head === undefined)
      return verdict("The end of the chain is not recorded: its row was removed.");
    if (head.sequence !== last.sequence || head.hash !== last.hash) {
      return verdict(
        `The log ends at entry ${last.sequence}, and ${head.sequence} were written: it was cut.`,
      );
    }
    if (missed !== undefined) {
      return verdict(
        `The log ends at entry ${last.sequence}, before the expected ${missed.sequence}: it was cut.`,
      );
    }
    return verdict(undefined);
  }

  private async write(
    session: SqlSession,
    told: readonly Told[],
    signal: AbortSignal | undefined,
  ): Promise<AuditEntry[]> {
    const { chain, clock, head, entries, path } = this.parts;
    const at = microsOf("The clock", clock.now());
    // Takes the head's row, so that another writer waits here (or, on an engine without row locks, fails at its commit).
    await session.execute(
      sql`UPDATE ${head} SET sequence = sequence + ${raw(String(told.length))} WHERE chain = 1`,
      { signal },
    );
    const before = await this.readHead(session, signal);
    if (before === undefined) {
      throw new WarehouseError(
        "WAREHOUSE_SCHEMA_MISMATCH",
        "The audit log has no record of the end of its chain: its row was removed.",
        { hint: "Verify the log and restore both of its tables from a backup." },
      );
    }
    let last: Head = { sequence: before.sequence - BigInt(told.length), hash: before.hash };
    const written: (Stored & { readonly event: unknown })[] = [];
    for (const { event, details, ...rest } of told) {
      const entry = { ...rest, details, at, sequence: last.sequence + 1n };
      last = { sequence: entry.sequence, hash: await chain(last.hash, entry) };
      written.push({ ...entry, hash: last.hash, event });
    }
    await session.load(
      path,
      entries,
      written.map(({ at: logged_at, event: _, ...rest }) => ({ ...rest, logged_at })) as never[],
      { signal },
    );
    await session.execute(sql`UPDATE ${head} SET hash = ${last.hash} WHERE chain = 1`, { signal });
    return written.map(({ event, ...entry }) => ({ ...entry, details: event }));
  }

  private async readHead(
    session: SqlSession,
    signal: AbortSignal | undefined,
  ): Promise<Head | undefined> {
    const [row] = await session
      .query(sql`SELECT sequence, hash FROM ${this.parts.head} WHERE chain = 1`, { signal })
      .rows();
    return row && { sequence: row["sequence"] as bigint, hash: String(row["hash"]) };
  }

  private async *stored(
    session: SqlSession,
    from: bigint | undefined,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Stored> {
    const later = from === undefined ? raw("") : raw(`WHERE sequence >= ${from} `);
    const found = session.query(
      sql`SELECT sequence, logged_at, actor, action, subject, details, hash FROM ${this.parts.table}
${later}ORDER BY sequence, hash`,
      { signal },
    );
    for await (const batch of found) {
      const read = (name: string): ColumnReader => readColumn(batch, name);
      const [sequence, at, actor] = [read("sequence"), read("logged_at"), read("actor")];
      const [action, subject] = [read("action"), read("subject")];
      const [details, hash] = [read("details"), read("hash")];
      for (let k = 0; k < batch.numRows; k++) {
        yield {
          sequence: sequence(k) as bigint,
          at: at(k) as bigint,
          actor: String(actor(k)),
          action: String(action(k)),
          subject: String(subject(k)),
          details: String(details(k)),
          hash: String(hash(k)),
        };
      }
    }
  }
}

/** An event as it is written. */
interface Told {
  readonly actor: string;
  readonly action: string;
  readonly subject: string;
  readonly details: string;
  readonly event: unknown;
}

function toldOf(event: AuditEvent): Told {
  if (!isObject(event)) {
    throw new WarehouseError(
      "WAREHOUSE_INVALID_OPTION",
      `An event of the audit log is ${showValue(event)}, which is no object.`,
      { hint: "Give { actor, action, subject }." },
    );
  }
  const { actor, action, subject, details = null } = event;
  for (const [name, value] of Object.entries({ actor, action, subject })) {
    if (typeof value === "string" && value !== "" && value.isWellFormed() && !value.includes("\0"))
      continue;
    throw new WarehouseError(
      "WAREHOUSE_INVALID_OPTION",
      `The ${name} of an audit event is ${showValue(value)}, which is no text every engine can hold.`,
      {
        hint: "An event is { actor, action, subject, details? }, the first three texts that are not empty.",
      },
    );
  }
  return { actor, action, subject, details: jsonText("details", details), event: details };
}
