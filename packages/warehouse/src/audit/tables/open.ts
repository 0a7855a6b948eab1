import { showValue } from "@lakewright/core";
import { createTable, type EngineTable, type SqlEngine, type SqlSession } from "@lakewright/sql";
import { type Clock, systemClock } from "../../clock.ts";
import { WarehouseError } from "../../errors.ts";
import { microsOf } from "../../instant.ts";
import { assertEngine } from "../../given.ts";
import { assertKnown } from "../../options.ts";
import { jsonText } from "../json-text.ts";
import type { Place } from "../../schema/place.ts";
import { makeTables } from "../../schema/make-tables.ts";
import { ensureSchema } from "../../schema/schema.ts";
import {
  type AuditTableName,
  auditTables,
  type DataSourceRecord,
  type QualityCheckRecord,
  type ReconciliationRecord,
  type RootCauseRecord,
  type TransformationRecord,
} from "./records.ts";

/** Where the five tables are kept. */
export interface AuditTablesOptions {
  /** Schema the tables are in, made where it is missing. Default: the engine's current one. */
  readonly schema?: string | undefined;
  /** Default: the clock of the machine. */
  readonly clock?: Clock | undefined;
  /** Makes the id of a record. Default: a random UUID. */
  readonly newId?: (() => string) | undefined;
}

interface RecordOptions {
  /** The inside of a transaction of the caller: the record stands or falls with the data it tells of. */
  readonly session?: SqlSession | undefined;
}

/**
 * What was done to data and what was found, in five tables: `data_sources`, `transformations`, `quality_checks`,
 * `reconciliation_results`, `rca_analyses`. Each method writes one row and gives its id.
 */
export interface AuditTables {
  dataSource(record: DataSourceRecord, options?: RecordOptions): Promise<string>;
  transformation(record: TransformationRecord, options?: RecordOptions): Promise<string>;
  qualityCheck(record: QualityCheckRecord, options?: RecordOptions): Promise<string>;
  reconciliation(record: ReconciliationRecord, options?: RecordOptions): Promise<string>;
  rootCause(record: RootCauseRecord, options?: RecordOptions): Promise<string>;
  /**
   * Runs a transformation and writes its row: its time by the clock, `metrics` and `outputData` as the function gives
   * them; one that throws is recorded with its error, and throws.
   */
  traced<R extends { readonly outputData?: unknown; readonly metrics?: unknown }>(
    record: Omit<TransformationRecord, "executionTime" | "outputData" | "metrics">,
    run: () => Promise<R>,
  ): Promise<R>;
  /** One of the tables, as `quality` and queries take it. */
  table(name: AuditTableName): EngineTable;
}

/** Opens the audit tables, made where they are missing. */
export async function openAuditTables(
  engine: SqlEngine,
  options: AuditTablesOptions = {},
): Promise<AuditTables> {
  assertEngine("openAuditTables", engine);
  assertKnown("openAuditTables", options, ["schema", "clock", "newId"]);
  const place = await makeTables(engine, async (session) => {
    const place = await ensureSchema(session, options.schema);
    for (const [name, table] of Object.entries(auditTables)) {
      const made = { primaryKey: ["id"], ifNotExists: true };
      await session.execute(createTable(engine.dialect, place.path(name), table, made));
    }
    return place;
  });
  return new EngineAuditTables(engine, place, options);
}

class EngineAuditTables implements AuditTables {
  private readonly engine: SqlEngine;
  private readonly place: Place;
  private readonly clock: Clock;
  private readonly newId: () => string;

  constructor(engine: SqlEngine, place: Place, options: AuditTablesOptions) {
    this.engine = engine;
    this.place = place;
    this.clock = options.clock ?? systemClock;
    this.newId = options.newId ?? ((): string => crypto.randomUUID());
  }

  async dataSource(record: DataSourceRecord, options?: RecordOptions): Promise<string> {
    return this.write(
      "data_sources",
      {
        name: record.name,
        type: record.type,
        configuration: jsonOf("configuration", record.configuration),
      },
      options,
    );
  }

  async transformation(record: TransformationRecord, options?: RecordOptions): Promise<string> {
    return this.write(
      "transformations",
      {
        service_name: record.serviceName,
        transformation_type: record.transformationType,
        input_data: jsonOf("inputData", record.inputData),
        output_data: jsonOf("outputData", record.outputData),
        metrics: jsonOf("metrics", record.metrics),
        execution_time: atLeastZero("executionTime", record.executionTime),
      },
      options,
    );
  }

  async qualityCheck(record: QualityCheckRecord, options?: RecordOptions): Promise<string> {
    return this.write(
      "quality_checks",
      {
        check_type: record.checkType,
        data_source: record.dataSource ?? null,
        quality_score: share("qualityScore", record.qualityScore),
        issues_found: jsonOf("issuesFound", record.issuesFound),
        recommendations: jsonOf("recommendations", record.recommendations),
      },
      options,
    );
  }

  async reconciliation(record: ReconciliationRecord, options?: RecordOptions): Promise<string> {
    return this.write(
      "reconciliation_results",
      {
        total_records: BigInt(record.totalRecords),
        matches_found: BigInt(record.matchesFound),
        duplicates_removed: BigInt(record.duplicatesRemoved),
        confidence_scores: jsonOf("confidenceScores", record.confidenceScores),
      },
      options,
    );
  }

  async rootCause(record: RootCauseRecord, options?: RecordOptions): Promise<string> {
    return this.write(
      "rca_analyses",
      {
        analysis_type: record.analysisType,
        root_causes: jsonOf("rootCauses", record.rootCauses),
        correlations: jsonOf("correlations", record.correlations),
        trends: jsonOf("trends", record.trends),
        recommendations: jsonOf("recommendations", record.recommendations),
        confidence_score: share("confidenceScore", record.confidenceScore),
      },
      options,
    );
  }

  async traced<R extends { readonly outputData?: unknown; readonly metrics?: unknown }>(
    record: Omit<TransformationRecord, "executionTime" | "outputData" | "metrics">,
    run: () => Promise<R>,
  ): Promise<R> {
    const started = this.clock.now().getTime();
    const seconds = (): number => Math.max(0, this.clock.now().getTime() - started) / 1000;
    let result: R;
    try {
      result = await run();
    } catch (error) {
      const metrics = { error: error instanceof Error ? error.message : showValue(error) };
      await this.transformation({ ...record, metrics, executionTime: seconds() }).catch(
        (cause: unknown) => {
          throw new AggregateError(
            [error, cause],
            "A transformation failed, and so did its record.",
          );
        },
      );
      throw error;
    }
    const { outputData, metrics } = result;
    await this.transformation({ ...record, outputData, metrics, executionTime: seconds() });
    return result;
  }

  table(name: AuditTableName): EngineTable {
    return this.engine.table(this.place.path(name));
  }

  private async write(
    name: AuditTableName,
    row: object,
    { session = this.engine }: RecordOptions = {},
  ): Promise<string> {
    const id = this.newId();
    const created_at = microsOf("The clock", this.clock.now());
    await session.load(this.place.path(name), auditTables[name], [
      { id, created_at, ...row },
    ] as never[]);
    return id;
  }
}

function jsonOf(name: string, value: unknown): string | null {
  return value === undefined ? null : jsonText(name, value);
}

function share(name: string, value: number): number {
  if (value >= 0 && value <= 1) return value;
  throw new WarehouseError(
    "WAREHOUSE_INVALID_OPTION",
    `${name} is ${showValue(value)}, which is no share from 0 to 1.`,
  );
}

function atLeastZero(name: string, value: number): number {
  if (value >= 0 && Number.isFinite(value)) return value;
  throw new WarehouseError(
    "WAREHOUSE_INVALID_OPTION",
    `${name} is ${showValue(value)}, which is no time in seconds.`,
  );
}
