import { setTimeout } from "node:timers/promises";
import type { ResultRow } from "../measure.ts";
import { type BenchServer, childrenCpuMs, memoryAbove } from "./servers.ts";

/** One way of doing a job on a database. */
export interface Way {
  readonly name: string;
  /** Brings the database into the state before; not measured. */
  prepare(): Promise<unknown>;
  /**
   * @param mark - to be called where a part of the work starts that is to be told apart; not at all where there is none
   * @returns "stopped" where it took too long and was ended
   */
  run(mark: () => void): Promise<unknown>;
  /** CPU time a process took that was started while it was prepared and ends with the work, in milliseconds; not counted. */
  spentBefore?(): number;
  /** Throws where the outcome is not right; not measured. */
  check(): Promise<void>;
  readonly bar?: Bar | undefined;
}

/** How our work must compare with that way: so many times faster, by wall time. */
export interface Bar {
  readonly times: number;
}

export interface Turn {
  readonly name: string;
  /** Medians, in milliseconds. */
  readonly wallMs: number;
  readonly clientMs: number;
  readonly serverMs: number;
  readonly extraBytes: number;
  /** Whether it was ended before it was done: its times are lower bounds. */
  readonly stopped: boolean;
  /** From the mark to the end, where there was one. */
  readonly marked?: Omit<Turn, "marked"> | undefined;
}

interface Costs {
  readonly wall: number;
  readonly client: number;
  readonly server: number;
  readonly memory: number;
  readonly stopped: boolean;
}

type Spent = Pick<Costs, "wall" | "client" | "server">;

/** Runs the ways in turn, some rounds to warm up and so many more, and takes medians. */
export async function takeTurns(
  ways: readonly Way[],
  server: Pick<BenchServer, "cpuMs"> | undefined,
  rounds = 3,
  warmUps = 1,
): Promise<Turn[]> {
  const told = ways.map((): { whole: Costs; marked: Costs | undefined }[] => []);
  for (let round = -warmUps; round < rounds; round++) {
    for (const [k, way] of ways.entries()) {
      await way.prepare();
      globalThis.gc?.();
      await setTimeout(200);
      const since = stopwatch(server, way.spentBefore?.());
      let fromMark: (() => Spent) | undefined;
      let stopped = false;
      const memory = await memoryAbove(async () => {
        stopped = (await way.run(() => (fromMark = stopwatch(server)))) === "stopped";
      });
      const marked = fromMark && { ...fromMark(), memory, stopped };
      if (round >= 0) told[k]!.push({ whole: { ...since(), memory, stopped }, marked });
      if (!stopped) await way.check();
    }
  }
  return ways.map(({ name }, k): Turn => {
    const marked = told[k]!.map((one) => one.marked).filter((costs) => costs !== undefined);
    return {
      ...middle(
        name,
        told[k]!.map((one) => one.whole),
      ),
      marked: marked.length === 0 ? undefined : middle(name, marked),
    };
  });
}

/** What has been spent since now, in milliseconds. */
function stopwatch(server: Pick<BenchServer, "cpuMs"> | undefined, spentBefore = 0): () => Spent {
  const cpu = process.cpuUsage();
  const children = childrenCpuMs() + spentBefore;
  const atServer = server?.cpuMs() ?? 0;
  const start = performance.now();
  return () => {
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(cpu);
    return {
      wall,
      client: (user + system) / 1000 + childrenCpuMs() - children,
      server: (server?.cpuMs() ?? 0) - atServer,
    };
  };
}

function middle(name: string, told: readonly Costs[]): Omit<Turn, "marked"> {
  const median = (of: (one: Costs) => number): number =>
    told.map(of).toSorted((a, b) => a - b)[told.length >> 1]!;
  return {
    name,
    wallMs: median((one) => one.wall),
    clientMs: median((one) => one.client),
    serverMs: median((one) => one.server),
    extraBytes: Math.max(...told.map((one) => one.memory)),
    stopped: told.some((one) => one.stopped),
  };
}

export const TURN_COLUMNS = [
  "wall s",
  "client CPU s",
  "server CPU s",
  "client MB more",
  "wall: theirs / ours",
];

/** Rows of a table; the first way is ours. */
export function turnRows(
  ways: readonly Way[],
  turns: readonly Omit<Turn, "marked">[],
  maxExtraMb?: number,
): ResultRow[] {
  const ours = turns[0]!;
  return turns.map((turn, k): ResultRow => {
    const ratio = turn.wallMs / ours.wallMs;
    const bar = ways[k]!.bar;
    const extraMb = turn.extraBytes / 1e6;
    const cells = [
      ...[turn.wallMs, turn.clientMs, turn.serverMs].map((ms) => (ms / 1000).toFixed(2)),
      extraMb.toFixed(0),
      k === 0 ? "" : `${turn.stopped ? "> " : ""}${ratio.toFixed(2)} ×`,
    ];
    const name = turn.stopped ? `${turn.name}, stopped` : turn.name;
    if (k === 0 && maxExtraMb !== undefined) {
      return { name, cells, bar: `≤ ${maxExtraMb} MB`, passed: extraMb <= maxExtraMb };
    }
    return {
      name,
      cells,
      ...(bar !== undefined && { bar: `≥ ${bar.times} ×`, passed: ratio >= bar.times }),
    };
  });
}
