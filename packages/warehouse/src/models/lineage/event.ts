import { describeType, type Table } from "@lakewright/core";
import { showMicros } from "../../instant.ts";
import type { ColumnUse } from "../build/expr.ts";
import type { Model } from "../model.ts";
import { type Relation, relationTable } from "../relation.ts";
import type { ColumnLineage } from "./columns.ts";

/** The version of the OpenLineage specification the events are of. */
const RUN_EVENT = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";
const PRODUCER = "https://github.com/lakewright/lakewright";
const facetSchema = (version: string, name: string): string =>
  `https://openlineage.io/spec/facets/${version}/${name}.json#/$defs/${name}`;

/** A part of an event, as the specification's BaseFacet. */
export interface Facet {
  readonly _producer: string;
  readonly _schemaURL: string;
  readonly [property: string]: unknown;
}

/** A dataset of OpenLineage: what a run read, or wrote. */
export interface LineageDataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets: Readonly<Record<string, Facet>>;
  readonly outputFacets?: Readonly<Record<string, Facet>>;
}

/** An OpenLineage 2-0-2 RunEvent. */
export interface LineageEvent {
  readonly eventType: "START" | "COMPLETE" | "FAIL";
  /** ISO 8601 in UTC. */
  readonly eventTime: string;
  readonly producer: string;
  readonly schemaURL: string;
  readonly run: { readonly runId: string; readonly facets: Readonly<Record<string, Facet>> };
  readonly job: {
    readonly namespace: string;
    readonly name: string;
    readonly facets: Readonly<Record<string, Facet>>;
  };
  readonly inputs: readonly LineageDataset[];
  readonly outputs: readonly LineageDataset[];
}

/** What all events of one model's run say. */
export interface LineageSubject {
  readonly namespace: string;
  readonly model: Model;
  readonly reads: readonly Relation[];
  readonly sql: string;
  readonly columns: ColumnLineage | undefined;
  /** UUID of the model's run. */
  readonly run: string;
  /** Name of the run of models; told as parent where it is a UUID. */
  readonly parent: string;
  /** The name of the relation's dataset: `schema.table`. */
  readonly nameOf: (relation: Relation) => string;
}

export interface LineageEnd {
  readonly rows?: number | undefined;
  readonly error?: unknown;
}

/** The event of that type, as JSON has it. */
export function lineageEvent(
  subject: LineageSubject,
  eventType: LineageEvent["eventType"],
  micros: bigint,
  end: LineageEnd = {},
): LineageEvent {
  const { namespace, model, reads, sql, run, parent, nameOf } = subject;
  const dataset = (relation: Relation): LineageDataset => ({
    namespace,
    name: nameOf(relation),
    facets: { schema: schemaFacet(relationTable(relation)) },
  });
  const output = dataset(model);
  return {
    eventType,
    eventTime: showMicros(micros),
    producer: PRODUCER,
    schemaURL: RUN_EVENT,
    run: { runId: run, facets: { ...parentFacet(namespace, parent), ...errorFacet(end.error) } },
    job: {
      namespace,
      name: nameOf(model),
      facets: {
        sql: facet("1-0-1", "SQLJobFacet", { query: sql, dialect: undefined }),
        jobType: facet("2-0-3", "JobTypeJobFacet", {
          processingType: "BATCH",
          integration: "LAKEWRIGHT",
          jobType: "MODEL",
        }),
      },
    },
    inputs: reads.map(dataset),
    outputs: [
      {
        ...output,
        facets: { ...output.facets, ...columnFacet(subject) },
        ...(end.rows === undefined
          ? {}
          : {
              outputFacets: {
                outputStatistics: facet("1-0-2", "OutputStatisticsOutputDatasetFacet", {
                  rowCount: end.rows,
                }),
              },
            }),
      },
    ],
  };
}

function facet(version: string, name: string, content: Readonly<Record<string, unknown>>): Facet {
  return { _producer: PRODUCER, _schemaURL: facetSchema(version, name), ...content };
}

function schemaFacet(table: Table): Facet {
  const fields = table.fields.map(({ name, column }) => ({
    name,
    type: describeType(column.type),
  }));
  return facet("1-1-1", "SchemaDatasetFacet", { fields });
}

function columnFacet({ columns, namespace, nameOf }: LineageSubject): Record<string, Facet> {
  if (columns === undefined) return {};
  const inputs = (uses: readonly ColumnUse[]): object[] => {
    const byColumn = new Map<string, ColumnUse[]>();
    for (const use of uses) {
      const key = JSON.stringify([nameOf(use.relation), use.column]);
      byColumn.set(key, [...(byColumn.get(key) ?? []), use]);
    }
    return [...byColumn.values()].map((all) => ({
      namespace,
      name: nameOf(all[0]!.relation),
      field: all[0]!.column,
      transformations: all.map(({ use }) => ({
        type: isDirect(use) ? "DIRECT" : "INDIRECT",
        subtype: use,
        description: "",
        masking: false,
      })),
    }));
  };
  const fields = [...columns.columns].map(([name, uses]) => [name, { inputFields: inputs(uses) }]);
  const dataset = columns.deciders.length === 0 ? {} : { dataset: inputs(columns.deciders) };
  return {
    columnLineage: facet("1-2-0", "ColumnLineageDatasetFacet", {
      fields: Object.fromEntries(fields) as unknown,
      ...dataset,
    }),
  };
}

export function isDirect(use: ColumnUse["use"]): boolean {
  return use === "IDENTITY" || use === "TRANSFORMATION" || use === "AGGREGATION";
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

function parentFacet(namespace: string, parent: string): Record<string, Facet> {
  if (!UUID.test(parent)) return {};
  return {
    parent: facet("1-1-0", "ParentRunFacet", {
      run: { runId: parent },
      job: { namespace, name: "models" },
    }),
  };
}

function errorFacet(error: unknown): Record<string, Facet> {
  if (error === undefined) return {};
  const message = error instanceof Error ? error.message : String(error);
  return {
    errorMessage: facet("1-0-1", "ErrorMessageRunFacet", {
      message,
      programmingLanguage: "TypeScript",
    }),
  };
}
