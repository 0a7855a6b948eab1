import type { SqlEngine } from "@lakewright/sql";
import { openBronze } from "./bronze/bronze-lake.ts";
import { extractBronze } from "./bronze/extract.ts";
import { balancesOf } from "./checks/balances.ts";
import { sumsOfGold, sumsOfSource } from "./checks/control-sums.ts";
import { rowsIn, silverTables } from "./checks/rows.ts";
import type { ErpOptions } from "./cli/options.ts";
import { writeDashboard } from "./dashboard/write.ts";
import { buildGold } from "./gold/build.ts";
import { gold } from "./gold/project.ts";
import { type OpenSource, openSource } from "./servers/source.ts";
import { openWarehouseEngine, type OpenWarehouse } from "./servers/warehouse.ts";
import { buildSilver, type SilverSummary } from "./silver/build.ts";
import { openSilver } from "./silver/open.ts";
import { extractDay, extractTime } from "./source/days.ts";
import {
  openState,
  outputFolder,
  type OutputFolder,
  type RunState,
  writeState,
  writeWhole,
} from "./state/run-state.ts";
import { maxMemoryMb, measuredSteps, type Steps } from "./steps.ts";
import type { Summary } from "./summary.ts";
import { count, type Screen } from "@lakewright/example-report-kit";

/** What the run takes from the machine. */
export interface Surroundings {
  readonly screen: Screen;
  /** Milliseconds of a clock, for what steps take: what is in the tables does not depend on it. */
  readonly now: () => number;
}

/**
 * The whole run, day by day:
 *
 *   ERP on Postgres ─ watermarks ─ bronze (Delta, every version) ─ silver (star schema) ─ gold (ten tables) ─ dashboard
 *
 * Every step goes on from what the lake and the warehouse say is done, so it can be killed and started again.
 */
export async function runJob(options: ErpOptions, { screen, now }: Surroundings): Promise<Summary> {
  const began = now();
  const cpu = process.cpuUsage();
  const folder = outputFolder(options.out);
  const { seed, scale } = options;
  const run = new Run(options, folder, await openState(folder, { seed, scale }), screen, now);
  await using warehouse = await openWarehouseEngine(options.engine, options.url, folder.warehouse);
  await run.days(warehouse);
  const spent = process.cpuUsage(cpu);
  const summary: Summary = {
    ...(await run.summary(warehouse.engine)),
    seconds: (now() - began) / 1000,
    cpuSeconds: (spent.user + spent.system) / 1e6,
    maxMemoryMb: maxMemoryMb(),
  };
  await writeWhole(folder.summary, `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

class Run {
  private readonly options: ErpOptions;
  private readonly folder: OutputFolder;
  private state: RunState;
  private readonly steps: Steps;
  private readonly notes: string[] = [];

  constructor(
    options: ErpOptions,
    folder: OutputFolder,
    state: RunState,
    screen: Screen,
    now: () => number,
  ) {
    this.options = options;
    this.folder = folder;
    this.state = state;
    this.steps = measuredSteps(screen, now);
  }

  async days({ engine, place, expectLittle }: OpenWarehouse): Promise<void> {
    // A server that goes with the run has nothing of the runs before.
    const kept = place ?? `${this.options.engine}-of-this-run`;
    if (place === undefined) this.state = without(this.state, kept);
    let source: OpenSource | undefined;
    try {
      const reached = this.bronzeDay();
      const until = Math.max(this.options.day, reached);
      for (let day = Math.max(1, reached); day <= until; day++) {
        if (this.bronzeDay() < day) {
          source ??= await this.startSource();
          await this.bronze(source, day);
        }
        if ((this.state.silver[kept] ?? 0) > 0) await expectLittle();
        const silver = await this.silver(engine, kept, day);
        await this.gold(engine, kept, day, silver);
      }
    } finally {
      await source?.[Symbol.asyncDispose]();
    }
    if (lastDay(this.state) > this.options.day)
      this.notes.push(`The folder is at day ${lastDay(this.state)} already.`);
    await this.steps.run(
      "dashboard",
      this.bronzeDay(),
      () => writeDashboard(engine, this.folder.dashboard),
      () => this.folder.dashboard,
    );
  }

  private bronzeDay(): number {
    return lastDay(this.state);
  }

  private async startSource(): Promise<OpenSource> {
    const { source, seed, scale } = this.options;
    return await this.steps.run(
      "source",
      this.bronzeDay() + 1,
      (onProgress) => openSource({ source, seed, scale, onProgress }),
      ({ rows }) => `${count(rows)} rows in ${source}`,
    );
  }

  private async bronze(source: OpenSource, day: number): Promise<void> {
    if (day > 1) {
      await this.steps.run(
        "passes",
        day,
        () => source.advance(day),
        (rows) => `${count(rows)} rows written or deleted in the source`,
      );
    }
    const at = extractTime(day);
    const summary = await this.steps.run(
      "bronze",
      day,
      (progress) =>
        extractBronze(
          source.engine,
          openBronze(this.folder.bronze, () => at),
          {
            at,
            stateFolder: this.folder.extraction,
            onProgress: ({ done, total }) => progress(done, total),
          },
        ),
      (bronze) =>
        `${count(bronze.rows)} rows in ${bronze.tables} tables: ${count(bronze.inserted)} new, ${count(bronze.changed)} changed, ${count(bronze.deleted)} deleted`,
    );
    const sums = await sumsOfSource(source.engine);
    await this.keep({ ...this.state, bronze: [...this.state.bronze, { day, summary, sums }] });
  }

  private async silver(
    engine: SqlEngine,
    place: string,
    day: number,
  ): Promise<SilverSummary | undefined> {
    const built = this.state.silver[place] ?? 0;
    if (built >= day) return undefined;
    const wasBegun = this.state.begun[place] === day;
    await this.keep({ ...this.state, begun: { ...this.state.begun, [place]: day } });
    const at = extractTime(day);
    const summary = await this.steps.run(
      "silver",
      day,
      async (progress) => {
        // Not closed: that would close the engine, which gold goes on with.
        const warehouse = await openSilver(engine, {
          clock: { now: () => new Date(Number(at / 1000n)) },
        });
        return await buildSilver(
          openBronze(this.folder.bronze, () => at),
          warehouse,
          {
            at,
            changedSince: built === day - 1 && built > 0 ? extractTime(built) : undefined,
            onProgress: ({ done, total }) => progress(done, total),
          },
        );
      },
      ({ tables, reconciliation }) =>
        `${tables.length} tables loaded, ${count(reconciliation.reduce((n, one) => n + one.quarantined, 0))} rows in quarantine`,
    );
    await this.keep({ ...this.state, silver: { ...this.state.silver, [place]: day } });
    // What a killed run had loaded is not loaded again, and so is not among what was touched.
    return wasBegun ? undefined : summary;
  }

  private async gold(
    engine: SqlEngine,
    place: string,
    day: number,
    changed: SilverSummary | undefined,
  ): Promise<void> {
    const built = this.state.gold[place] ?? 0;
    if (built >= day) return;
    const at = extractTime(day);
    await this.steps.run(
      "gold",
      day,
      (progress) =>
        buildGold(engine, {
          at,
          changed: built === day - 1 && built > 0 ? changed : undefined,
          clock: { now: () => new Date(Number(at / 1000n)) },
          onProgress: ({ done, total }) => progress(done, total),
        }),
      ({ models }) => `${models.length} tables`,
    );
    const { sums } = this.state.bronze.at(-1)!;
    balancesOf(sums, await sumsOfGold(engine, extractDay(day).replaceAll("-", "")));
    await this.keep({ ...this.state, gold: { ...this.state.gold, [place]: day } });
  }

  async summary(
    engine: SqlEngine,
  ): Promise<Omit<Summary, "seconds" | "cpuSeconds" | "maxMemoryMb">> {
    const { day, summary, sums } = this.state.bronze.at(-1)!;
    const { options, folder, steps, notes } = this;
    return {
      engine: options.engine,
      source: options.source,
      seed: options.seed,
      scale: options.scale,
      day,
      bronze: summary,
      silver: await rowsIn(engine, silverTables),
      gold: await rowsIn(
        engine,
        gold.models.map(({ name }) => name),
      ),
      balances: balancesOf(sums, await sumsOfGold(engine, extractDay(day).replaceAll("-", ""))),
      steps: steps.figures,
      notes,
      dashboard: folder.dashboard,
    };
  }

  private async keep(state: RunState): Promise<void> {
    this.state = state;
    await writeState(this.folder, state);
  }
}

/** The last day bronze has; 0 where it has none. */
function lastDay({ bronze }: RunState): number {
  return bronze.at(-1)?.day ?? 0;
}

function without(state: RunState, place: string): RunState {
  const { [place]: _silver, ...silver } = state.silver;
  const { [place]: _gold, ...gold } = state.gold;
  const { [place]: _begun, ...begun } = state.begun;
  return { ...state, silver, gold, begun };
}
