import { setTimeout } from "node:timers/promises";
import type { ResultRow } from "../measure.ts";
import { type BenchServer, childrenCpuMs, memoryAbove } from "./servers.ts";

/** One way of doing a job on a database. */
export interface Way {
  readonly name: string;
  /** Brings the database into the state before; not measured. */
  prepare(): Promise<unknown>;
  run(): Promise<unknown>;
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
}

/** Runs the ways in turn, some rounds to warm up and so many more, and takes medians. */
export async function takeTurns(
  ways: readonly Way[],
  server: Pick<BenchServer, "cpuMs"> | undefined,
  rounds = 3,
  warmUps = 1,
): Promise<Turn[]> {
  const told = ways.map(
    (): { wall: number; client: number; server: number; memory: number }[] => [],
  );
  for (let round = -warmUps; round < rounds; round++) {
    for (const [k, way] of ways.entries()) {
      await way.prepare();
      globalThis.gc?.();
      await setTimeout(200);
      const before = {
        cpu: process.cpuUsage(),
        children: childrenCpuMs(),
        server: server?.cpuMs() ?? 0,
      };
      const start = performance.now();
      const memory = await memoryAbove(() => way.run());
      const wall = performance.now() - start;
      const { user, system } = process.cpuUsage(before.cpu);
      const client = (user + system) / 1000 + childrenCpuMs() - before.children;
      if (round >= 0) {
        told[k]!.push({ wall, client, server: (server?.cpuMs() ?? 0) - before.server, memory });
      }
      await way.check();
    }
  }
  return ways.map(({ name }, k) => {
    const middle = (of: (one: (typeof told)[0][0]) => number): number => {
      const sorted = told[k]!.map(of).toSorted((a, b) => a - b);
      return sorted[sorted.length >> 1]!;
    };
    return {
      name,
      wallMs: middle((one) => one.wall),
      clientMs: middle((one) => one.client),
      serverMs: middle((one) => one.server),
      extraBytes: Math.max(...told[k]!.map((one) => one.memory)),
    };
  });
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
  turns: readonly Turn[],
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
      k === 0 ? "" : `${ratio.toFixed(2)} ×`,
    ];
    if (k === 0 && maxExtraMb !== undefined) {
      return { name: turn.name, cells, bar: `≤ ${maxExtraMb} MB`, passed: extraMb <= maxExtraMb };
    }
    return {
      name: turn.name,
      cells,
      ...(bar !== undefined && { bar: `≥ ${bar.times} ×`, passed: ratio >= bar.times }),
    };
  });
}
