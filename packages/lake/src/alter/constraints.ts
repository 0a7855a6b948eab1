import { readColumn } from "@lakewright/core";
import type { Metadata } from "../delta/log/actions.ts";
import { layoutOf } from "../delta/schema/layout.ts";
import { parseSchema } from "../delta/schema/schema-json.ts";
import { fromDeltaFields } from "../delta/schema/schema.ts";
import { bindCondition } from "../expression/evaluate.ts";
import { sql } from "../expression/expression.ts";
import { invalidOption } from "../options.ts";
import { constraintProperties } from "../rules/definitions.ts";
import { CHECK_PREFIX } from "../rules/table-rules.ts";
import { violation } from "../rules/violation.ts";
import type { DeltaTable } from "../table/delta-table.ts";

/** Adds rules. Whether the rows there are meet them is checked apart. */
export function addConstraints(
  metadata: Metadata,
  constraints: Readonly<Record<string, string>>,
): Metadata {
  if (Object.keys(constraints).length === 0) return metadata;
  const table = fromDeltaFields("table", parseSchema(metadata.schemaString));
  const properties = constraintProperties(table, constraints);
  for (const key of Object.keys(properties)) {
    const twin = keyOf(metadata, key.slice(CHECK_PREFIX.length));
    if (twin === undefined) continue;
    throw invalidOption(
      `alter: there is a constraint "${twin.slice(CHECK_PREFIX.length)}" already: ${metadata.configuration[twin]!}.`,
      "Drop it first, in a call of its own or the same.",
    );
  }
  return { ...metadata, configuration: { ...metadata.configuration, ...properties } };
}

export function dropConstraints(metadata: Metadata, names: readonly string[]): Metadata {
  if (names.length === 0) return metadata;
  const dropped = new Set(
    names.map((name) => {
      const key = keyOf(metadata, name);
      if (key !== undefined) return key;
      const there = Object.keys(metadata.configuration)
        .filter((other) => other.startsWith(CHECK_PREFIX))
        .map((other) => other.slice(CHECK_PREFIX.length));
      throw invalidOption(
        `alter: there is no constraint "${name}".`,
        `The constraints are ${there.join(", ") || "none"}.`,
      );
    }),
  );
  const configuration = Object.fromEntries(
    Object.entries(metadata.configuration).filter(([key]) => !dropped.has(key)),
  );
  return { ...metadata, configuration };
}

/** Names of constraints have no case. */
function keyOf({ configuration }: Metadata, name: string): string | undefined {
  const wanted = (CHECK_PREFIX + name).toLowerCase();
  return Object.keys(configuration).find((key) => key.toLowerCase() === wanted);
}

/**
 * Checks the rows of the table by rules to be added; conditions name columns as they will be.
 *
 * @throws LakeError LAKE_CONSTRAINT_VIOLATED naming the first row that does not meet one
 */
export async function assertRowsMeet(
  table: DeltaTable,
  metadata: Metadata,
  constraints: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const after = layoutOf(table.state.protocol, metadata, table.location).table;
  const now = table.table;
  // A table with other columns is another one: rows are looked at by the columns they have.
  const scope = sameColumns(after, now) ? after : now;
  const rules = Object.entries(constraints).map(([name, text]) => {
    const target = { target: scope, clock: true };
    return { name, text, condition: bindCondition(target, sql(text)) };
  });
  const columns = [...new Set(rules.flatMap(({ condition }) => condition.columns.target))];
  let first = 0;
  for await (const batch of table.scan({ ...(columns.length > 0 ? { columns } : {}), signal })) {
    const rows = { rows: batch.numRows, target: batch, now: BigInt(table.clock()) * 1000n };
    for (const { name, text, condition } of rules) {
      const row = condition.truth(rows).findIndex((truth) => truth !== 1);
      if (row < 0) continue;
      throw violation({
        rule: `the new CHECK constraint "${name}"`,
        text,
        row: first + row,
        values: Object.fromEntries(
          condition.columns.target.map((column) => [column, readColumn(batch, column)(row)]),
        ),
        hint: "Delete or correct such rows first.",
      });
    }
    first += batch.numRows;
  }
}

function sameColumns(a: DeltaTable["table"], b: DeltaTable["table"]): boolean {
  return (
    a.fields.length === b.fields.length &&
    a.fields.every((field, k) => field.name === b.fields[k]!.name)
  );
}
