/** What the job says while it runs. */
export interface Screen {
  /** A step of the job; it replaces the one before. */
  step(name: string): Step;
  line(text: string): void;
}

export interface Step {
  /** `done` of `total`, where the total is known. */
  progress(done: number, total?: number): void;
  /** Ends the step, saying what came of it. */
  done(result: string): void;
}

export interface Terminal {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

const BAR = 24;
const REDRAW_MS = 80;

/** Bars that fill on a terminal; where there is none, one line a finished step. */
export function screen(terminal: Terminal, now: () => number): Screen {
  const live = terminal.isTTY === true;
  return {
    line: (text) => void terminal.write(`${text}\n`),
    step: (name) => {
      const started = now();
      let drawn = -Infinity;
      if (live) draw(terminal, name, "");
      return {
        progress: (done, total) => {
          if (!live || now() - drawn < REDRAW_MS) return;
          drawn = now();
          draw(terminal, name, total ? bar(done / total) : count(done));
        },
        done: (result) => {
          const seconds = `${((now() - started) / 1000).toFixed(1)} s`;
          terminal.write(
            `${live ? "\r\u001b[2K" : ""}${live ? "\u001b[32m✓\u001b[0m" : "-"} ${name.padEnd(12)} ${result} (${seconds})\n`,
          );
        },
      };
    },
  };
}

function draw(terminal: Terminal, name: string, state: string): void {
  const text = `  ${name.padEnd(12)} ${state}`;
  terminal.write(`\r\u001b[2K${text.slice(0, (terminal.columns ?? 80) - 1)}`);
}

function bar(share: number): string {
  const filled = Math.round(Math.min(1, share) * BAR);
  return `${"█".repeat(filled)}${"░".repeat(BAR - filled)} ${String(Math.floor(Math.min(1, share) * 100)).padStart(3)} %`;
}

/** "1,234,567". */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Says nothing. */
export const silentScreen: Screen = {
  line: () => undefined,
  step: () => ({ progress: () => undefined, done: () => undefined }),
};
