import type { Table } from "@lakewright/core";
import { formatSchema, parseSchema } from "../../delta/schema/schema-json.ts";
import { fromDeltaFields, toDeltaFields } from "../../delta/schema/schema.ts";
import { LakeError } from "../../errors.ts";
import {
  checkOptions,
  invalidOption,
  isObject,
  isOneOf,
  isPositiveInteger,
  type OptionCheck,
} from "../../options.ts";
import type { Store } from "../../store/store.ts";
import { readJson, toJsonBytes } from "../json-object.ts";
import type { Feed, FeedDefinition } from "./types.ts";

/*
 * The registry is small JSON objects, one for each revision of a feed: `_feeds/<name>/<revision>.json`, put where there
 * is none. A Delta table would make writers of different feeds wait for each other and need checkpoints for what is a
 * few kilobytes; this needs one conditional put, keeps its history, and any program can read it.
 */
export const ROOT = "_feeds/";
const DIGITS = 10;

export const pathOf = (name: string, revision: number): string =>
  `${ROOT}${name}/${String(revision).padStart(DIGITS, "0")}.json`;

/** The feed and revision a path of the registry is of. */
export function parsePath(path: string): { name: string; revision: number } | undefined {
  const found = /^_feeds\/([^/]+)\/(\d{10})\.json$/.exec(path);
  return found ? { name: found[1]!, revision: Number(found[2]) } : undefined;
}

const isName: OptionCheck = (value) =>
  typeof value === "string" && /^[a-z0-9][a-z0-9_.-]{0,127}$/.test(value)
    ? undefined
    : 'a name of lower-case letters, digits, "_", "-" and "."';
const isPath: OptionCheck = (value) =>
  typeof value === "string" &&
  value.split("/").every((part) => part !== "" && part !== "." && part !== "..")
    ? undefined
    : 'a path relative to the store, such as "streams/orders"';
const isText: OptionCheck = (value) => (typeof value === "string" ? undefined : "a text");

/** @throws LakeError LAKE_INVALID_OPTION */
export function checkDefinition(feed: FeedDefinition): void {
  checkOptions("feeds.register", feed, {
    name: isName,
    kind: isOneOf("stream", "table", "delta"),
    path: isPath,
    table: isObject,
    description: isText,
    owner: isText,
    freshness: isObject,
  });
  for (const name of ["name", "kind", "path"] as const) {
    if ((feed as Partial<FeedDefinition>)[name] === undefined) {
      throw invalidOption(`feeds.register: ${name} is missing.`);
    }
  }
  if (!feed.freshness) return;
  checkOptions("feeds.register: freshness", feed.freshness, { maxAgeMinutes: isPositiveInteger });
  if ((feed.freshness as { maxAgeMinutes?: number }).maxAgeMinutes === undefined) {
    throw invalidOption("feeds.register: freshness needs maxAgeMinutes.");
  }
}

export function checkName(name: string): void {
  const wanted = isName(name);
  if (wanted !== undefined)
    throw invalidOption(`feeds: a feed has ${wanted}, not ${String(name)}.`);
}

export function entryBytes(feed: Feed): Uint8Array {
  return toJsonBytes({ format: 1, ...plainDefinition(feed), ...statusOf(feed) });
}

function statusOf({ enabled, registered, changed }: Feed): Record<string, unknown> {
  return { enabled, registered: registered.toISOString(), changed: changed.toISOString() };
}

/** A definition as it is written; two are the same where these are. */
export function plainDefinition(feed: FeedDefinition): Record<string, unknown> {
  const { name, kind, path, table, description, owner, freshness } = feed;
  return {
    name,
    kind,
    path,
    ...(table && { table: { name: table.name, schema: formatSchema(toDeltaFields(table)) } }),
    ...(description !== undefined && { description }),
    ...(owner !== undefined && { owner }),
    ...(freshness && { freshness: { maxAgeMinutes: freshness.maxAgeMinutes } }),
  };
}

/** @throws LakeError LAKE_CORRUPT_LOG where the object is no entry. */
export async function readEntry(store: Store, name: string, revision: number): Promise<Feed> {
  const path = pathOf(name, revision);
  const { format, table, registered, changed, enabled, ...definition } = await readJson(
    store,
    path,
  );
  const schema = table as { readonly name: string; readonly schema: string } | undefined;
  const [first, last] = [new Date(registered as string), new Date(changed as string)];
  if (
    format !== 1 ||
    typeof enabled !== "boolean" ||
    Number.isNaN(first.getTime() + last.getTime())
  ) {
    throw new LakeError("LAKE_CORRUPT_LOG", `${path} in ${store.location} is no entry of a feed.`, {
      hint: "It was damaged, or a later release wrote it.",
      details: { path },
    });
  }
  const of: Table | undefined = schema && fromDeltaFields(schema.name, parseSchema(schema.schema));
  return {
    ...(definition as unknown as FeedDefinition),
    ...(of && { table: of }),
    enabled,
    revision,
    registered: first,
    changed: last,
  };
}
