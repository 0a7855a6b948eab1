import { sameType, showValue, type Table } from "@lakewright/core";
import type { Metadata, Protocol } from "../delta/log/actions.ts";
import { createLog } from "../delta/log/create-log.ts";
import { withEncryption } from "../delta/schema/encrypted.ts";
import { layoutOf } from "../delta/schema/layout.ts";
import { checkBloomFilters } from "../delta/data-files/parquet-options.ts";
import { canPartition } from "../delta/partition/value.ts";
import { withFields } from "../alter/fields.ts";
import { checkProperties } from "../alter/known-properties.ts";
import { toDeltaFields } from "../delta/schema/schema.ts";
import { LakeError } from "../errors.ts";
import {
  checkOptions,
  checkStore,
  invalidOption,
  isEncryption,
  isFunction,
  isNames,
  isObject,
  isOneOf,
  isPositiveInteger,
  isTexts,
} from "../options.ts";
import { systemClock, wholeClock } from "../store/clock.ts";
import { withKeys } from "../store/keyed-store.ts";
import type { Store } from "../store/store.ts";
import { DeltaTable } from "./delta-table.ts";
import { defineRules } from "../rules/definitions.ts";
import { protocolFor, withoutRequests } from "./protocol-for.ts";
import type { CreateTableOptions, LakeTable } from "./types.ts";

/**
 * Creates a Delta table: its first commit, with no rows. The protocol is the lowest the columns and properties need, so
 * that the most engines can read it.
 *
 * Unsigned integers are stored as the next wider type, `oneOf` as text, milliseconds as microseconds; reading gives them
 * back as they were.
 *
 * @throws LakeError LAKE_TABLE_EXISTS; with `ifExists: "open"` LAKE_SCHEMA_MISMATCH where its columns differ;
 * LAKE_INVALID_OPTION; the store's errors.
 */
export async function createTable<T extends Table>(
  store: Store,
  table: T,
  options: CreateTableOptions = {},
): Promise<LakeTable<T>> {
  checkStore("createTable", store);
  if (!Array.isArray((table as Table | undefined)?.fields)) {
    throw invalidOption(
      `createTable: ${showValue(table)} is no table.`,
      "Describe it with defineTable.",
    );
  }
  checkOptions("createTable", options, {
    partitionBy: isNames,
    properties: isObject,
    codec: isOneOf("none", "snappy", "gzip", "zstd"),
    targetFileBytes: isPositiveInteger,
    checkpointInterval: isPositiveInteger,
    ifExists: isOneOf("error", "open"),
    constraints: isTexts,
    generated: isTexts,
    identity: isObject,
    defaults: isTexts,
    clock: isFunction,
    encryption: isEncryption,
  });
  const { partitionBy = [], ifExists = "error", clock = systemClock } = options;
  checkPartitions(table, partitionBy);
  const now = wholeClock(clock)();
  const rules = defineRules(table, options);
  const asked = withFields(
    {
      id: crypto.randomUUID(),
      name: table.name,
      format: { provider: "parquet", options: {} },
      schemaString: "",
      partitionColumns: [...partitionBy],
      configuration: { ...propertiesOf(options), ...rules.configuration },
      createdTime: now,
    },
    toDeltaFields(table, rules.fields),
  );
  const protocol: Protocol = protocolFor(asked, store.location);
  const plain: Metadata = withoutRequests(asked);
  const { encryption } = options;
  const metadata = encryption
    ? withEncryption(plain, layoutOf(protocol, plain, store.location), encryption)
    : plain;
  checkBloomFilters(layoutOf(protocol, metadata, store.location), metadata.configuration);
  const keyed = withKeys(store, encryption);
  const state = await createLog(store, protocol, metadata, now);
  if (state) return new DeltaTable<T>(keyed, state, clock);
  if (ifExists === "error") {
    throw new LakeError("LAKE_TABLE_EXISTS", `There is a table in ${store.location} already.`, {
      hint: 'Open it with openTable, or pass { ifExists: "open" }.',
      details: { location: store.location },
    });
  }
  const existing = await DeltaTable.open<T>(keyed, clock);
  checkSame(table, partitionBy, existing);
  return existing;
}

function propertiesOf(options: CreateTableOptions): Record<string, string> {
  const { properties = {}, codec, targetFileBytes, checkpointInterval } = options;
  checkProperties("createTable", properties);
  return {
    ...properties,
    ...(codec && { "delta.parquet.compression.codec": codec === "none" ? "uncompressed" : codec }),
    ...(targetFileBytes && { "delta.targetFileSize": String(targetFileBytes) }),
    ...(checkpointInterval && { "delta.checkpointInterval": String(checkpointInterval) }),
  };
}

function checkPartitions(table: Table, partitionBy: readonly string[]): void {
  for (const [k, name] of partitionBy.entries()) {
    const column = Object.hasOwn(table.columns, name) ? table.columns[name] : undefined;
    if (!column) {
      throw invalidOption(
        `createTable: partitionBy names "${name}", which is no column of table "${table.name}".`,
        `Its columns are ${table.fields.map((field) => field.name).join(", ")}.`,
      );
    }
    if (!canPartition(column.type)) {
      throw invalidOption(
        `createTable: "${name}" is a ${column.type.kind}, which cannot partition.`,
      );
    }
    if (partitionBy.indexOf(name) !== k) {
      throw invalidOption(`createTable: partitionBy names "${name}" twice.`);
    }
  }
  if (partitionBy.length === table.fields.length) {
    throw invalidOption(
      `createTable: partitionBy names every column of table "${table.name}", so no column is left for the files.`,
    );
  }
}

function checkSame(table: Table, partitionBy: readonly string[], existing: LakeTable): void {
  const differ = (what: string): LakeError =>
    new LakeError(
      "LAKE_SCHEMA_MISMATCH",
      `The table in ${existing.location} is there already, and ${what}.`,
      {
        hint: "Open it with openTable to use it as it is, or create the new one elsewhere.",
        details: { location: existing.location },
      },
    );
  const there = existing.table.fields;
  if (partitionBy.join("\n") !== existing.partitionBy.join("\n")) {
    throw differ(`it is partitioned by ${existing.partitionBy.join(", ") || "nothing"}`);
  }
  for (const [k, { name, column }] of table.fields.entries()) {
    const other = there[k];
    if (other?.name !== name) {
      throw differ(
        `its column ${k + 1} is ${other ? `"${other.name}"` : "missing"}, not "${name}"`,
      );
    }
    if (other.column.nullable !== column.nullable || !sameType(other.column.type, column.type)) {
      throw differ(`its column "${name}" has another type`);
    }
  }
  if (there.length > table.fields.length) {
    throw differ(`it also has a column "${there[table.fields.length]!.name}"`);
  }
}
