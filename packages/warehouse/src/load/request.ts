import { parseDate, showValue } from "@lakewright/core";
import type { Dialect } from "@lakewright/sql";
import type { Clock } from "../clock.ts";
import type { Dimension } from "../define/dimension.ts";
import type { Fact } from "../define/fact.ts";
import { namesOf } from "../define/names.ts";
import type { StarTable } from "../define/star-table.ts";
import { microsOf } from "../instant.ts";
import { assertKnown, assertOneOf, invalid } from "../options.ts";
import { systemTables } from "../schema/system-tables.ts";
import type { DimensionRequest } from "./dimension/delta.ts";
import type { FactRequest } from "./fact/resolve.ts";
import { kindOf, TABLE_KINDS } from "./modes.ts";
import type { LoadMode, LoadOptions } from "./options.ts";

const COMMON = ["loadId", "mode", "onReject", "unknownColumns", "signal", "onProgress"];

/** Checks the options of a load before anything is done. @throws WarehouseError WAREHOUSE_INVALID_OPTION */
export function assertLoadOptions(dialect: Dialect, table: StarTable, options: LoadOptions): void {
  const subject = `A load of "${table.name}"`;
  if (table.kind === "dimension") assertLoadable(table);
  const { modes, deletes, options: own, what } = TABLE_KINDS[kindOf(table)];
  assertKnown(subject, given(options), [...COMMON, ...own]);
  const { loadId, mode } = options;
  assertLoadId(dialect, subject, loadId);
  if (mode !== undefined && !modes.includes(mode)) {
    throw invalid(
      `The mode of ${subject.toLowerCase()} is ${showValue(mode)}, and it is ${what}.`,
      `Its modes are ${modes.map((name) => `"${name}"`).join(", ")}.`,
    );
  }
  assertOneOf("onReject", options.onReject, [undefined, "quarantine", "error"]);
  assertOneOf("unknownColumns", options.unknownColumns, [undefined, "ignore", "error"]);
  assertOneOf(`deletes of ${subject.toLowerCase()}`, options.deletes, [
    undefined,
    "ignore",
    ...deletes,
  ]);
  assertOneOf("unknownMembers", options.unknownMembers, [undefined, "infer", "unknown", "reject"]);
  assertOneOf("restate", options.restate, [undefined, false, true]);
  if (options.restate === true && options.at === undefined) {
    throw invalid("restate needs at: the moment from which history is loaded anew.");
  }
  assertClosing(options);
  assertScope(table, options.scope);
  if (table.kind === "fact" && table.snapshot) assertSnapshot(table, options);
}

/**
 * Refuses a loadId that names nothing, or is too long: it stands in the keys of the system tables, of which that of the
 * rejects has the most columns.
 */
export function assertLoadId(dialect: Dialect, subject: string, loadId: string | undefined): void {
  if (loadId === undefined) return;
  if (typeof loadId !== "string" || loadId === "") {
    throw invalid(
      `The loadId of ${subject.toLowerCase()} is ${showValue(loadId)}, which names nothing.`,
    );
  }
  const columns = Math.max(
    ...systemTables.map(([, key]) => (key.includes("load_id") ? key.length : 1)),
  );
  const { most, unit } = dialect.keyText(columns);
  const length = unit === "bytes" ? new TextEncoder().encode(loadId).length : [...loadId].length;
  if (length <= most) return;
  throw invalid(
    `The loadId of ${subject.toLowerCase()} has ${length} ${unit}, and ${dialect.name} keeps ${most} at most in a key.`,
    "Give a shorter one: a digest of what the load is of.",
  );
}

/** The mode of a load. */
export function modeOf(table: StarTable, options: LoadOptions): LoadMode {
  return options.mode ?? TABLE_KINDS[kindOf(table)].modes[0]!;
}

/** What a dimension load is asked for; `micros` is when its changes take effect. */
export function dimensionRequest(
  dimension: Dimension,
  options: LoadOptions,
  at: Clock | bigint,
): DimensionRequest {
  const micros =
    typeof at === "bigint" ? at : microsOf("at", options.at === undefined ? at.now() : options.at);
  return {
    micros,
    mode: modeOf(dimension, options) as DimensionRequest["mode"],
    deletes: (options.deletes ?? "ignore") as DimensionRequest["deletes"],
    scope: options.scope,
  };
}

/** What a fact load is asked for. */
export function factRequest(fact: Fact, options: LoadOptions): FactRequest {
  const { snapshot, scope } = options;
  return {
    mode: modeOf(fact, options) as FactRequest["mode"],
    unknownMembers: options.unknownMembers ?? "infer",
    deletes: options.deletes === "delete" ? "delete" : "ignore",
    scope: scope?.map((name) => fact.roles.find((role) => role.name === name)?.column ?? name),
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

function assertLoadable({ name, days, clock, junk }: Dimension): void {
  if (days !== undefined) {
    throw invalid(`"${name}" is a calendar: it is filled by itself, not loaded.`);
  }
  if (clock !== undefined) {
    throw invalid(`"${name}" has the times of a day: it is filled by itself, not loaded.`);
  }
  if (junk) throw invalid(`"${name}" is a junk dimension: facts fill it, it is not loaded.`);
}

function assertClosing({ scope, maxClosedShare, deletes, mode }: LoadOptions): void {
  const closes = deletes !== undefined && deletes !== "ignore";
  if (scope !== undefined && !closes) {
    throw invalid('scope only means something with deletes: "close", "tombstone" or "delete".');
  }
  if (maxClosedShare === undefined) return;
  if (!closes && mode !== "rebuild") {
    throw invalid('maxClosedShare only means something with deletes, or mode: "rebuild".');
  }
  if (!(maxClosedShare >= 0 && maxClosedShare <= 1)) {
    throw invalid(`maxClosedShare is ${showValue(maxClosedShare)}, which is no share from 0 to 1.`);
  }
}

function assertScope(table: StarTable, scope: readonly string[] | undefined): void {
  if (scope === undefined) return;
  const known =
    table.kind === "dimension"
      ? namesOf(table.input)
      : [...table.own.map((field) => field.name), ...table.roles.map((role) => role.name)];
  if (scope.length > 0 && scope.every((name) => known.includes(name))) return;
  throw invalid(
    `The scope of the load is ${showValue(scope)}; it needs columns of "${table.name}".`,
    `They are ${known.join(", ")}.`,
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
