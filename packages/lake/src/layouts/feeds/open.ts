import { stringifyJson } from "@lakewright/core";
import { LakeError } from "../../errors.ts";
import { checkOptions, isBoolean, isFunction } from "../../options.ts";
import { type Clock, systemClock } from "../../store/clock.ts";
import { inOrder } from "../../store/parallel.ts";
import type { Store } from "../../store/store.ts";
import {
  checkDefinition,
  checkName,
  entryBytes,
  parsePath,
  pathOf,
  plainDefinition,
  readEntry,
  ROOT,
} from "./entry.ts";
import type { Feed, FeedDefinition, FeedDescription, Feeds, OpenFeedsOptions } from "./types.ts";

const AT_ONCE = 8;

/**
 * Opens the registry of feeds of a lake, kept in the lake itself under `_feeds/`: any number of programs may register
 * and change feeds at once.
 *
 * @throws LakeError LAKE_STORE_UNSAFE where the store can be written but has no put-if-absent.
 */
export function openFeeds(store: Store, options: OpenFeedsOptions = {}): Feeds {
  checkOptions("openFeeds", options, { clock: isFunction });
  const { write = true, putIfAbsent = true } = store.capabilities ?? {};
  if (write && !putIfAbsent) {
    throw new LakeError(
      "LAKE_STORE_UNSAFE",
      `${store.location} cannot create an object only where there is none, so two programs could overwrite each other's feeds.`,
      { hint: "Use a store with put-if-absent.", details: { location: store.location } },
    );
  }
  return new StoredFeeds(store, options.clock ?? systemClock);
}

class StoredFeeds implements Feeds {
  private readonly store: Store;
  private readonly clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.store = store;
    this.clock = clock;
  }

  async register(definition: FeedDefinition): Promise<Feed> {
    checkDefinition(definition);
    const { name } = definition;
    const now = new Date(this.clock());
    const feed = { ...definition, enabled: true, revision: 1, registered: now, changed: now };
    if (await this.store.putIfAbsent(pathOf(name, 1), entryBytes(feed))) return feed;
    const there = await this.get(name);
    if (stringifyJson(plainDefinition(there)) === stringifyJson(plainDefinition(definition))) {
      return there;
    }
    throw new LakeError(
      "LAKE_TABLE_EXISTS",
      `Feed "${name}" of ${this.store.location} is registered with another definition.`,
      { hint: "Change it with update, or take another name.", details: { name } },
    );
  }

  update(name: string, changes: Partial<Omit<FeedDefinition, "name">>): Promise<Feed> {
    return this.change(name, (feed) => {
      const { enabled, revision, registered, changed, ...definition } = feed;
      const updated = { ...definition, ...changes, name };
      checkDefinition(updated);
      return { ...updated, enabled, revision, registered, changed };
    });
  }

  enable(name: string): Promise<Feed> {
    return this.change(name, (feed) => ({ ...feed, enabled: true }));
  }

  disable(name: string): Promise<Feed> {
    return this.change(name, (feed) => ({ ...feed, enabled: false }));
  }

  async get(name: string): Promise<Feed> {
    checkName(name);
    const revision = (await this.revisions(`${ROOT}${name}/`)).get(name);
    if (revision !== undefined) return readEntry(this.store, name, revision);
    throw new LakeError(
      "LAKE_TABLE_NOT_FOUND",
      `There is no feed "${name}" in ${this.store.location}.`,
      {
        hint: "Register it first; list() tells which there are.",
        details: { name },
      },
    );
  }

  async list(options: { readonly enabled?: boolean | undefined } = {}): Promise<Feed[]> {
    checkOptions("feeds.list", options, { enabled: isBoolean });
    const latest = [...(await this.revisions(ROOT))].sort(([a], [b]) => (a < b ? -1 : 1));
    const feeds: Feed[] = [];
    const read = ([name, revision]: readonly [string, number]): Promise<Feed> =>
      readEntry(this.store, name, revision);
    for await (const feed of inOrder(latest, AT_ONCE, read)) {
      if (options.enabled === undefined || feed.enabled === options.enabled) feeds.push(feed);
    }
    return feeds;
  }

  async history(name: string): Promise<Feed[]> {
    const { revision: last } = await this.get(name);
    const revisions = Array.from({ length: last }, (_, k) => k + 1);
    const feeds: Feed[] = [];
    const read = (revision: number): Promise<Feed> => readEntry(this.store, name, revision);
    for await (const feed of inOrder(revisions, AT_ONCE, read)) feeds.push(feed);
    return feeds;
  }

  async describe(name: string): Promise<FeedDescription> {
    const feed = await this.get(name);
    const { describeFeed } = await import("./describe.ts");
    return describeFeed(this.store.at(feed.path), feed, this.clock());
  }

  /** Puts the next revision; where another program was faster, the one after it. */
  private async change(name: string, make: (feed: Feed) => Feed): Promise<Feed> {
    for (;;) {
      const before = await this.get(name);
      const revision = before.revision + 1;
      const after = { ...make(before), revision, changed: new Date(this.clock()) };
      if (await this.store.putIfAbsent(pathOf(name, revision), entryBytes(after))) return after;
    }
  }

  /** The latest revision by name. */
  private async revisions(prefix: string): Promise<ReadonlyMap<string, number>> {
    const latest = new Map<string, number>();
    for await (const { path } of this.store.list(prefix)) {
      const found = parsePath(path);
      if (found && found.revision > (latest.get(found.name) ?? 0)) {
        latest.set(found.name, found.revision);
      }
    }
    return latest;
  }
}
