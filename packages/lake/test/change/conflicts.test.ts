import { defineTable, int64, utf8 } from "@lakewright/core";
import { describe, expect, test } from "vitest";
import { commitActions, type WriteTarget } from "../../src/table/commit-actions.ts";
import type { Action, AddFile, Metadata, RemoveFile } from "../../src/delta/log/actions.ts";
import type { Expectation } from "../../src/delta/log/conflict.ts";
import { NOTHING_WRITTEN } from "../../src/delta/data-files/write-files.ts";
import { and, createTable, eq, type LakeTable, memoryStore } from "../../src/index.ts";

/** Rows by day: a file of day 1 with the ids 0, 2, … 18, and one of day 2 with the ids 0, 3, … 27. */
const events = defineTable("events", { id: int64(), day: int64(), note: utf8() });
type Events = LakeTable<typeof events>;

const day = (of: number, count = 10): { id: bigint; day: bigint; note: string }[] =>
  Array.from({ length: count }, (_, id) => ({
    id: BigInt(id * (of + 1)),
    day: BigInt(of),
    note: `${of}`,
  }));

type Isolation = "Serializable" | "WriteSerializable";

async function twoHandles(isolation: Isolation): Promise<readonly [Events, Events]> {
  const store = memoryStore();
  const ours = await createTable(store, events, {
    partitionBy: ["day"],
    properties: { "delta.isolationLevel": isolation },
  });
  await ours.append(day(1));
  await ours.append(day(2));
  const same = { partitionBy: ["day"], ifExists: "open" } as const;
  return [ours, await createTable(store, events, same)];
}

/** What we do: begun at a version, and ended after the winner has committed. */
type Ours = (table: Events) => Promise<() => Promise<unknown>>;
type Winner = (table: Events) => Promise<unknown>;

/** Rows that come only after the winner has committed. */
function gate<R>(rows: readonly R[]): { readonly rows: AsyncIterable<R>; open(): void } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return {
    rows: (async function* () {
      await opened;
      yield* rows;
    })(),
    open,
  };
}

const writing =
  (write: (table: Events, rows: AsyncIterable<ReturnType<typeof day>[0]>) => Promise<unknown>) =>
  (rows: ReturnType<typeof day>): Ours =>
  async (table) => {
    const held = gate(rows);
    const done = write(table, held.rows);
    done.catch(() => {});
    // Long enough for the version to be read: memory answers at once.
    await new Promise((resolve) => setTimeout(resolve, 5));
    return () => {
      held.open();
      return done;
    };
  };

const append = writing((table, rows) => table.append(rows));
const overwrite = writing((table, rows) => table.overwrite(rows));
const replaceDay = (of: number): Ours =>
  writing((table, rows) => table.overwrite(rows, { where: eq("day", BigInt(of)) }))(day(of, 1));
const replaceDynamic = writing((table, rows) => table.overwrite(rows, { dynamicPartitions: true }));
const appendOnce = writing((table, rows) =>
  table.append(rows, { txn: { appId: "app", version: 1 } }),
);
const remove =
  (where: Parameters<Events["delete"]>[0]): Ours =>
  async (table) => {
    const plan = await table.planDelete(where);
    return () => plan.run();
  };
const update =
  (where: Parameters<Events["delete"]>[0]): Ours =>
  async (table) => {
    const plan = await table.planUpdate({ where, set: { note: "new" } });
    return () => plan.run();
  };
const compact: Ours = async (table) => {
  const target = table as unknown as WriteTarget;
  const { state } = target;
  const expects = { version: state.version, reads: "nothing" as const, transactions: new Map() };
  const actions = await rewritten(target, [...state.files.values()].slice(0, 1));
  return () => commitRaw(table, actions, expects);
};

/** The same rows under another name, as a compaction has them. */
async function rewritten({ store }: WriteTarget, files: readonly AddFile[]): Promise<Action[]> {
  for (const { path } of files) await store.put(`moved-${path}`, await store.get(path));
  return files.flatMap((file) => [
    { remove: { ...(file as object as RemoveFile), dataChange: false, deletionTimestamp: 1 } },
    { add: { ...file, path: `moved-${file.path}`, dataChange: false } },
  ]);
}

function commitRaw(
  table: Events,
  actions: readonly Action[],
  expects?: Expectation,
): Promise<void> {
  const target = table as unknown as WriteTarget;
  return commitActions(target, {}, NOTHING_WRITTEN, {
    operation: "TEST",
    parameters: {},
    metrics: {},
    actions,
    expects: expects ?? {
      version: target.state.version,
      reads: "nothing",
      transactions: new Map(),
    },
  });
}

const theirs = {
  "an append of day 1": (table) => table.append(day(1)),
  "an append of day 1 with other ids": (table) => table.append(day(1, 1)),
  "an append of day 3": (table) => table.append(day(3, 1)),
  "an update in day 1": (table) => table.update({ where: eq("day", 1n), set: { note: "theirs" } }),
  "a delete of id 4 of day 1": (table) => table.delete(and(eq("day", 1n), eq("id", 4n))),
  "a delete of day 1": (table) => table.delete(eq("day", 1n)),
  "a delete of day 2": (table) => table.delete(eq("day", 2n)),
  "an overwrite": (table) => table.overwrite(day(4)),
  "a compaction of day 1": async (table) => {
    const target = table as unknown as WriteTarget;
    const files = [...target.state.files.values()].filter((file) => file.path.startsWith("day=1"));
    await commitRaw(table, await rewritten(target, files));
  },
  "new properties": async (table) => {
    const { metadata } = (table as unknown as WriteTarget).state;
    const metaData: Metadata = {
      ...metadata,
      configuration: { ...metadata.configuration, "my.property": "1" },
    };
    await commitRaw(table, [{ metaData }]);
  },
  "a protocol with more features": (table) =>
    commitRaw(table, [
      {
        protocol: {
          minReaderVersion: 1,
          minWriterVersion: 7,
          writerFeatures: ["appendOnly", "invariants", "domainMetadata"],
        },
      },
    ]),
  "a protocol nobody knows": (table) =>
    commitRaw(table, [
      { protocol: { minReaderVersion: 1, minWriterVersion: 7, writerFeatures: ["magic"] } },
    ]),
  "the same transaction": (table) => table.append(day(3, 1), { txn: { appId: "app", version: 5 } }),
  "another transaction": (table) =>
    table.append(day(3, 1), { txn: { appId: "other", version: 5 } }),
} as const satisfies Record<string, Winner>;
type Theirs = keyof typeof theirs;

const ok = undefined;

/** Ours, theirs, what comes of it under WriteSerializable, and under Serializable where that differs. */
const matrix: readonly (readonly [
  name: string,
  ours: Ours,
  results: Partial<Record<Theirs, string | undefined | readonly [string | undefined, string]>>,
])[] = [
  [
    "an append",
    append(day(1, 1)),
    {
      "an append of day 1": ok,
      "a delete of day 1": ok,
      "an update in day 1": ok,
      "an overwrite": ok,
      "a compaction of day 1": ok,
      "new properties": "metadata-changed",
      "a protocol with more features": ok,
      "a protocol nobody knows": "LAKE_UNSUPPORTED_FEATURE",
      "another transaction": ok,
    },
  ],
  [
    "a delete of id 4 of day 1",
    remove(and(eq("day", 1n), eq("id", 4n))),
    {
      "an append of day 1": [ok, "concurrent-append"],
      "an append of day 1 with other ids": ok,
      "an append of day 3": ok,
      "an update in day 1": "concurrent-append",
      "a delete of day 1": "concurrent-delete-delete",
      "a delete of day 2": ok,
      "a compaction of day 1": "concurrent-delete-delete",
      "an overwrite": "concurrent-delete-delete",
      "new properties": "metadata-changed",
    },
  ],
  [
    "a delete of id 9, which only day 2 has",
    remove(eq("id", 9n)),
    {
      "a delete of day 1": "concurrent-delete-read",
      "a compaction of day 1": ok,
      "an append of day 1": [ok, "concurrent-append"],
      "an append of day 1 with other ids": ok,
    },
  ],
  [
    "a delete of day 1",
    remove(eq("day", 1n)),
    {
      "an append of day 1": [ok, "concurrent-append"],
      "an append of day 3": ok,
      "an update in day 1": "concurrent-append",
      "a delete of day 1": "concurrent-delete-delete",
      "a delete of day 2": ok,
      "a compaction of day 1": "concurrent-delete-delete",
    },
  ],
  [
    "an update in day 1",
    update(eq("day", 1n)),
    {
      "an append of day 1": [ok, "concurrent-append"],
      "an append of day 3": ok,
      "a delete of id 4 of day 1": "concurrent-append",
      "a delete of day 2": ok,
      "a compaction of day 1": "concurrent-delete-delete",
    },
  ],
  [
    "a compaction of day 1",
    compact,
    {
      "an append of day 1": ok,
      "a delete of day 2": ok,
      "an update in day 1": "concurrent-delete-delete",
      "a delete of day 1": "concurrent-delete-delete",
      "a compaction of day 1": "concurrent-delete-delete",
      "an overwrite": "concurrent-delete-delete",
    },
  ],
  [
    "an overwrite",
    overwrite(day(9, 1)),
    {
      "an append of day 1": [ok, "concurrent-append"],
      "an append of day 3": [ok, "concurrent-append"],
      "an update in day 1": "concurrent-append",
      "a delete of day 1": "concurrent-delete-delete",
      "a compaction of day 1": "concurrent-delete-delete",
    },
  ],
  [
    "an overwrite of day 1",
    replaceDay(1),
    {
      "an append of day 1": [ok, "concurrent-append"],
      "an append of day 3": ok,
      "a delete of day 1": "concurrent-delete-delete",
      "a delete of day 2": ok,
    },
  ],
  [
    "an overwrite of dynamic partitions",
    replaceDynamic(day(1, 1)),
    {
      "an append of day 1": [ok, "concurrent-append"],
      "an append of day 3": ok,
      "a delete of day 1": "concurrent-delete-delete",
      "a delete of day 2": ok,
    },
  ],
  [
    "an append with a transaction",
    appendOnce(day(1, 1)),
    { "an append of day 1": ok, "another transaction": ok },
  ],
];

const cases = (["WriteSerializable", "Serializable"] as const).flatMap((isolation) =>
  matrix.flatMap(([name, ours, results]) =>
    Object.entries(results).map(([winner, result]) => {
      const [weak, strong] = Array.isArray(result)
        ? (result as [string | undefined, string])
        : [result as string | undefined, result as string | undefined];
      return {
        isolation,
        name,
        ours,
        winner: winner as Theirs,
        expected: isolation === "Serializable" ? strong : weak,
      };
    }),
  ),
);

describe("commits that meet", () => {
  test.each(cases)(
    "$isolation: $name after $winner: $expected",
    async ({ isolation, ours, winner, expected }) => {
      const [first, second] = await twoHandles(isolation);
      const finish = await ours(first);
      await theirs[winner](second);
      const { version } = second;
      const done = finish();
      if (expected === undefined) {
        await done;
        expect(first.version).toBe(version + 1n);
        await second.refresh();
        expect(await second.scan().rows()).toEqual(await first.scan().rows());
      } else if (expected.startsWith("LAKE_")) {
        await expect(done).rejects.toMatchObject({ code: expected });
      } else {
        await expect(done).rejects.toMatchObject({
          code: "LAKE_COMMIT_CONFLICT",
          retryable: true,
          details: { kind: expected, winner: version },
        });
        expect((await second.refresh()).version).toBe(version);
      }
    },
  );
});

test("an application that was faster has written its rows: the append is done, not refused", async () => {
  const [first, second] = await twoHandles("Serializable");
  const finish = await appendOnce(day(1, 1))(first);
  await theirs["the same transaction"](second);
  expect(await finish()).toMatchObject({ written: false, version: second.version });
});

test("an isolation level given with the call stands above that of the table", async () => {
  const [first, second] = await twoHandles("Serializable");
  const weak = await first.planDelete(eq("day", 1n), { isolation: "WriteSerializable" });
  const strong = await first.planDelete(eq("day", 2n));
  await second.append(day(1, 1));
  expect(await weak.run()).toMatchObject({ rowsDeleted: 10 });
  const [commit] = await first.history(1);
  expect(commit).toMatchObject({ operation: "DELETE", isBlindAppend: false });
  await second.append(day(2, 1));
  await expect(strong.run()).rejects.toMatchObject({ details: { kind: "concurrent-append" } });
});
