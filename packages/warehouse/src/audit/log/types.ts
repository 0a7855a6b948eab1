import type { SqlSession } from "@lakewright/sql";
import type { Clock } from "../../clock.ts";

/** Something that was done. */
export interface AuditEvent {
  /** Who did it: a user, a service. */
  readonly actor: string;
  /** What was done: "warehouse.delete", "report.export". */
  readonly action: string;
  /** To what: a table, a member, a file. */
  readonly subject: string;
  /** More about it; kept as JSON. Decimals and bigints keep their digits. */
  readonly details?: unknown;
}

/** An event as the log has it. */
export interface AuditEntry extends AuditEvent {
  /** 1 for the first entry of the log. */
  readonly sequence: bigint;
  /** Microseconds since 1970, by the clock of the log. */
  readonly at: bigint;
  /** 64 hexadecimal digits: a digest of this entry and of the hash of the one before. */
  readonly hash: string;
}

/** Where a log is kept, and what makes its chain. */
export interface AuditLogOptions {
  /** Schema the tables are in, made where it is missing. Default: the engine's current one. */
  readonly schema?: string | undefined;
  /** Name of the table. Default "_wh_audit"; the end of its chain is kept in `<table>_head`. */
  readonly table?: string | undefined;
  /**
   * A secret kept outside the database, at least 16 bytes. With it the hashes are HMACs: who may write to the table, but
   * does not have the secret, cannot make a chain that {@link AuditLog.verify} takes for a true one. Default none.
   */
  readonly key?: Uint8Array | undefined;
  /** Default: the clock of the machine. */
  readonly clock?: Clock | undefined;
}

/** What a check of the log found. */
export interface AuditVerdict {
  readonly ok: boolean;
  /** Entries that were read and hold. */
  readonly entries: bigint;
  /** The newest entry; undefined where the log is empty. Keep its hash elsewhere: see `expected`. */
  readonly head: { readonly sequence: bigint; readonly hash: string } | undefined;
  /** The first thing that does not hold. */
  readonly problem: string | undefined;
}

/** A log of what was done in which each entry has the hash of the one before it. Opened by `openAuditLog`. */
export interface AuditLog {
  /**
   * Appends events in one transaction, in their order. Writers wait for each other: the chain has no forks.
   *
   * @param options.session - the inside of a transaction of the caller, so that the entry stands or falls with what it
   * tells of
   * @throws SqlError SQL_CONFLICT, `retryable`, where another writer came between and `session` is the caller's.
   */
  append(
    events: AuditEvent | readonly AuditEvent[],
    options?: { readonly session?: SqlSession | undefined; readonly signal?: AbortSignal },
  ): Promise<AuditEntry[]>;

  /** The entries in their order, of a sequence number and later. */
  entries(options?: {
    readonly from?: bigint;
    readonly signal?: AbortSignal;
  }): AsyncGenerator<AuditEntry>;

  /**
   * Reads the whole log and computes every hash anew: finds entries that were changed, removed, put in or moved, and a
   * log that was cut short. Whoever may write to both tables can still cut the end off and move the head back, or, without
   * a `key`, write a new chain; `expected`, a head that was kept elsewhere, finds that too.
   */
  verify(options?: {
    readonly expected?: { readonly sequence: bigint; readonly hash: string } | undefined;
    readonly signal?: AbortSignal | undefined;
  }): Promise<AuditVerdict>;
}
