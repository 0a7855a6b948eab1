import { parseDate, showValue } from "@lakewright/core";
import type { Dimension } from "../define/dimension.ts";
import type { Fact } from "../define/fact.ts";
import { WarehouseError } from "../errors.ts";
import { microsOf } from "../instant.ts";
import { assertKnown, assertOneOf } from "../options.ts";
import type { LoadOptions, StarTable } from "../warehouse.ts";
import type { FactRequest } from "./resolve.ts";

const COMMON = ["loadId", "onReject", "unknownColumns", "signal", "onProgress"];
const HISTORY = ["at", "deletes", "scope", "maxClosedShare"];
const FACTS = ["unknownMembers"];

/** Checks the options of a load before anything is done. @throws WarehouseError WAREHOUSE_INVALID_OPTION */
export function assertLoadOptions(table: StarTable, options: LoadOptions): void {
  const subject = `A load of "${table.name}"`;
  const own =
    table.kind === "fact"
      ? [...FACTS, table.snapshot ? "snapshot" : "mode"]
      : table.versioning === "scd2"
        ? HISTORY
        : [];
  assertKnown(subject, given(options), [...COMMON, ...own]);
  const { loadId, onReject, unknownColumns, deletes, scope, maxClosedShare } = options;
  if (loadId !== undefined && (typeof loadId !== "string" || loadId === "")) {
    throw invalid(
      `The loadId of ${subject.toLowerCase()} is ${showValue(loadId)}, which names nothing.`,
    );
  }
  assertOneOf("onReject", onReject, [undefined, "quarantine", "error"]);
  assertOneOf("unknownColumns", unknownColumns, [undefined, "ignore", "error"]);
  assertOneOf("deletes", deletes, [undefined, "ignore", "close"]);
  assertOneOf("mode", options.mode, [undefined, "upsert", "append"]);
  assertOneOf("unknownMembers", options.unknownMembers, [undefined, "infer", "unknown", "reject"]);
  if ((scope !== undefined || maxClosedShare !== undefined) && deletes !== "close") {
    throw invalid('scope and maxClosedShare only mean something with deletes: "close".');
  }
  if (maxClosedShare !== undefined && !(maxClosedShare >= 0 && maxClosedShare <= 1)) {
    throw invalid(`maxClosedShare is ${showValue(maxClosedShare)}, which is no share from 0 to 1.`);
  }
  if (table.kind === "dimension") {
    if (table.days !== undefined) {
      throw invalid(`"${table.name}" is a calendar: it is filled by itself, not loaded.`);
    }
    assertScope(table, scope);
  } else if (table.snapshot) {
    assertSnapshot(table, options);
  }
}

/** What a fact load is asked for. */
export function factRequest(fact: Fact, options: LoadOptions): FactRequest {
  const { snapshot } = options;
  return {
    mode: options.mode ?? "upsert",
    unknownMembers: options.unknownMembers ?? "infer",
    snapshot,
    micros:
      snapshot === undefined
        ? undefined
        : microsOf("The snapshot's date", snapshot.date) + 86_399_999_999n,
  };
}

function given(options: LoadOptions): object {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function assertScope(dimension: Dimension, scope: readonly string[] | undefined): void {
  if (scope === undefined) return;
  const unknown = scope.find((name) => !Object.hasOwn(dimension.input.columns, name));
  if (scope.length > 0 && unknown === undefined) return;
  throw invalid(
    `The scope of the load is ${showValue(scope)}; it needs columns of "${dimension.name}".`,
  );
}

function assertSnapshot(fact: Fact, { snapshot }: LoadOptions): void {
  if (
    snapshot !== undefined &&
    typeof snapshot.date === "string" &&
    snapshot.date.length === 10 &&
    parseDate(snapshot.date) !== undefined &&
    Number.isInteger(snapshot.version) &&
    Math.abs(snapshot.version) < 2 ** 31
  ) {
    return;
  }
  throw invalid(
    `"${fact.name}" is a snapshot fact, and its load has the snapshot ${showValue(snapshot)}.`,
    'Say which day and version the rows are: snapshot: { date: "2026-11-21", version: 1 }.',
  );
}

function invalid(message: string, hint?: string): WarehouseError {
  return new WarehouseError("WAREHOUSE_INVALID_OPTION", message, { hint });
}
