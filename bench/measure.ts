import { setTimeout } from "node:timers/promises";

/** One way of doing the work of a case. */
export interface Contender {
  readonly name: string;
  /** The work that is measured. */
  run(): unknown;
  /** Whether its outcome has the right values; not measured. Throws where not. */
  check(): Promise<void>;
}

export interface Measurement {
  readonly name: string;
  /** Medians over the rounds. CPU time is that of all threads of the process. */
  readonly cpuMs: number;
  readonly wallMs: number;
  readonly rounds: number;
}

/** What a case prints: its measurements, and the bars they have to reach. */
export interface CaseResult {
  readonly title: string;
  readonly work: string;
  /** Heads of the cells. */
  readonly columns: readonly string[];
  readonly rows: readonly ResultRow[];
}

export interface ResultRow {
  readonly name: string;
  readonly cells: readonly string[];
  readonly bar?: string | undefined;
  readonly passed?: boolean | undefined;
}

const WARM_UPS = 3;
const ROUNDS = 9;
/** The collector gives memory back in other threads, for a while after it is done. */
const SWEEP_MS = 150;

/**
 * Runs the contenders in turn, round after round, so that what else the machine does falls on all of them; collects
 * garbage before each, so that none pays for another's.
 */
export async function interleave(contenders: readonly Contender[]): Promise<Measurement[]> {
  const cpu = contenders.map((): number[] => []);
  const wall = contenders.map((): number[] => []);
  for (let round = -WARM_UPS; round < ROUNDS; round++) {
    for (const [k, contender] of contenders.entries()) {
      globalThis.gc?.();
      await setTimeout(SWEEP_MS);
      const start = performance.now();
      const before = process.cpuUsage();
      await contender.run();
      const { user, system } = process.cpuUsage(before);
      if (round >= 0) {
        cpu[k]!.push((user + system) / 1000);
        wall[k]!.push(performance.now() - start);
      }
      await contender.check();
    }
  }
  return contenders.map(({ name }, k) => ({
    name,
    cpuMs: median(cpu[k]!),
    wallMs: median(wall[k]!),
    rounds: ROUNDS,
  }));
}

/** Rows of a table: the first measurement is ours, the others have bars by name. */
export function compared(
  measurements: readonly Measurement[],
  rows: number,
  bars: Readonly<Record<string, number>>,
  more: (name: string) => readonly string[] = () => [],
): ResultRow[] {
  const ours = measurements[0]!;
  return measurements.map((measurement): ResultRow => {
    const { name, cpuMs, wallMs } = measurement;
    const ratio = cpuMs / ours.cpuMs;
    const bar = bars[name];
    return {
      name,
      cells: [
        cpuMs.toFixed(0),
        wallMs.toFixed(0),
        Math.round(rows / (cpuMs / 1000)).toLocaleString("en"),
        ...more(name),
        measurement === ours ? "" : `${ratio.toFixed(2)} ×`,
      ],
      ...(bar !== undefined && { bar: `≥ ${bar} ×`, passed: ratio >= bar }),
    };
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
