import type { LakeTable, Where } from "@lakewright/lake";
import { everything, type Filter, whereOf } from "./lake/filter.ts";
import { type OpenedLake, openLake } from "./lake/opened-lake.ts";
import type { Source } from "./lake/sources.ts";
import { firstQuestion, type Question, summarise, type Summary } from "./lake/summary.ts";

/** What the page shows. */
export interface State {
  readonly source: Source;
  /** Undefined while a table is being opened, and where that failed. */
  readonly lake?: OpenedLake | undefined;
  /** The table as of the version chosen. */
  readonly table?: LakeTable | undefined;
  readonly filter: Filter;
  readonly question: Question;
  /** The last answer; it stays while the next one is read. */
  readonly summary?: Summary | undefined;
  readonly rowsSoFar: number;
  /** What the data was last read for. */
  readonly readFor: "charts" | "rows" | "SQL" | "keeping";
  readonly tookMs: number;
  readonly busy: "" | "opening" | "reading";
  readonly problem?: unknown;
}

/** What a part of the page is told: the state as it is, and the one before. */
type Listener = (state: State, before: State) => void;

/** The page's state, and everything that changes it. A new wish ends the reading for an old one. */
export class App {
  state: State;
  private readonly listeners: Listener[] = [];
  private reading = new AbortController();

  constructor(source: Source) {
    this.state = {
      source,
      filter: everything,
      question: { measure: "", group: "" },
      rowsSoFar: 0,
      readFor: "charts",
      tookMs: 0,
      busy: "opening",
    };
  }

  onChange(listener: Listener): void {
    this.listeners.push(listener);
    listener(this.state, this.state);
  }

  /** The rows wanted, for whoever reads them. */
  get where(): Where | undefined {
    return this.state.table && whereOf(this.state.table.table, this.state.filter);
  }

  async open(source: Source): Promise<void> {
    await this.try(async (signal) => {
      this.set({ source, lake: undefined, table: undefined, summary: undefined, busy: "opening" });
      const store = await source.open();
      const lake = await openLake(source.titleOf?.(store) ?? source.title, store);
      const table = await lake.at(lake.commits.at(-1)!.version);
      signal.throwIfAborted();
      const question = firstQuestion(table.table, table.partitionBy);
      this.set({ lake, table, question, filter: everything });
      await this.read(signal);
    });
  }

  async show(version: bigint): Promise<void> {
    const { lake } = this.state;
    if (!lake) return;
    await this.try(async (signal) => {
      this.set({ busy: "reading" });
      const table = await lake.at(version);
      signal.throwIfAborted();
      this.set({ table });
      await this.read(signal);
    });
  }

  async ask(wish: {
    readonly filter?: Filter | undefined;
    readonly question?: Question | undefined;
  }): Promise<void> {
    const { filter = this.state.filter, question = this.state.question } = wish;
    this.set({ filter, question });
    await this.try((signal) => this.read(signal));
  }

  /** Reads for something else than the charts; the counters tell of it. */
  async readFor<R>(purpose: State["readFor"], read: () => Promise<R>): Promise<R> {
    this.state.lake?.counter.restart();
    try {
      return await read();
    } finally {
      this.set({ readFor: purpose });
    }
  }

  private async read(signal: AbortSignal): Promise<void> {
    const { lake, table, question } = this.state;
    if (!lake || !table) return;
    lake.counter.restart();
    const started = performance.now();
    this.set({ busy: "reading", rowsSoFar: 0, readFor: "charts", problem: undefined });
    const onRows = (rowsSoFar: number): void => {
      if (!signal.aborted) this.set({ rowsSoFar });
    };
    const summary = await summarise(table, this.where, question, signal, onRows);
    signal.throwIfAborted();
    this.set({ summary, busy: "", tookMs: performance.now() - started });
  }

  private async try(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.reading.abort();
    const { signal } = (this.reading = new AbortController());
    try {
      this.set({ problem: undefined });
      await work(signal);
    } catch (problem) {
      if (!signal.aborted) this.set({ problem, busy: "" });
    }
  }

  private set(change: Partial<State>): void {
    const before = this.state;
    this.state = { ...before, ...change };
    for (const listener of this.listeners) listener(this.state, before);
  }
}
