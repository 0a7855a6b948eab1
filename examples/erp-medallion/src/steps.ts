import type { Screen } from "@lakewright/example-report-kit";
import type { StepFigures } from "./summary.ts";

/** Runs steps one after the other, and keeps what each took. */
export interface Steps {
  readonly figures: readonly StepFigures[];
  run<R>(
    step: string,
    day: number,
    work: (progress: (done: number, total?: number) => void) => Promise<R>,
    result: (value: R) => string,
  ): Promise<R>;
}

export function measuredSteps(screen: Screen, now: () => number): Steps {
  const figures: StepFigures[] = [];
  return {
    figures,
    run: async (step, day, work, result) => {
      const shown = screen.step(`day ${day} ${step}`);
      const cpu = process.cpuUsage();
      const began = now();
      const value = await work((done, total) => shown.progress(done, total));
      const spent = process.cpuUsage(cpu);
      const text = result(value);
      shown.done(text);
      figures.push({
        step,
        day,
        result: text,
        seconds: (now() - began) / 1000,
        cpuSeconds: (spent.user + spent.system) / 1e6,
        maxMemoryMb: maxMemoryMb(),
      });
      return value;
    },
  };
}

export function maxMemoryMb(): number {
  return Math.round(process.resourceUsage().maxRSS / 1024);
}
