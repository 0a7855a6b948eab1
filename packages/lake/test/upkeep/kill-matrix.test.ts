import { expect, test } from "vitest";
import {
  createTable,
  eq,
  gte,
  type LakeTable,
  memoryStore,
  openTable,
  type Store,
} from "../../src/index.ts";
import { dataFiles, ids, sales, someSales, upTo } from "../table/sales.ts";
import { deaths, dying } from "./dying-store.ts";

const DAY = 86_400_000;

interface Job {
  /** What the table holds before it, on a store whose clock can be moved. */
  readonly prepare?: (table: LakeTable<typeof sales>) => Promise<void>;
  readonly run: (table: LakeTable) => Promise<unknown>;
  /** Ids before and after: the table has the one or the other, never something between. */
  readonly before: readonly bigint[];
  readonly after: readonly bigint[];
}

const sixteen = upTo(16);
const jobs: Readonly<Record<string, Job>> = {
  append: { run: (table) => table.append(someSales(5, 16)), before: sixteen, after: upTo(21) },
  overwrite: {
    run: (table) => table.overwrite(someSales(3, 50)),
    before: sixteen,
    after: [50n, 51n, 52n],
  },
  checkpoint: { run: (table) => table.checkpoint(), before: sixteen, after: sixteen },
  optimize: { run: (table) => table.optimize(), before: sixteen, after: sixteen },
  "optimize along a curve": {
    run: (table) => table.optimize({ zOrderBy: ["amount", "id"] }),
    before: sixteen,
    after: sixteen,
  },
  vacuum: {
    prepare: async (table) => {
      await table.overwrite(someSales(4));
    },
    run: (table) => table.vacuum(),
    before: upTo(4),
    after: upTo(4),
  },
  restore: { run: (table) => table.restore({ version: 2n }), before: sixteen, after: upTo(8) },
  delete: { run: (table) => table.delete(gte("id", 10n)), before: sixteen, after: upTo(10) },
  update: {
    run: (table) => table.update({ where: eq("id", 15n), set: { id: 99n } }),
    before: sixteen,
    after: [...upTo(15), 99n],
  },
  merge: {
    run: (table) =>
      table.merge(someSales(4, 14), {
        on: ["id"],
        whenMatched: "delete",
        whenNotMatched: "insert",
      }),
    before: sixteen,
    after: [...upTo(14), 16n, 17n],
  },
  "cleanup of the log": {
    prepare: async (table) => {
      await table.checkpoint();
    },
    run: (table) => table.cleanLog(),
    before: sixteen,
    after: sixteen,
  },
};

/** A table of four appends over three partitions, and its store three months later. */
async function prepared({ prepare }: Job): Promise<{ store: Store; now: { ms: number } }> {
  const now = { ms: Date.UTC(2026, 0, 1) };
  const clock = (): number => now.ms;
  const store = memoryStore({ now: clock });
  const properties = { "delta.enableExpiredLogCleanup": "false" };
  const table = await createTable(store, sales, { partitionBy: ["currency"], clock, properties });
  for (let k = 0; k < 4; k++) await table.append(someSales(4, 4 * k));
  await prepare?.(table);
  now.ms += 90 * DAY;
  return { store, now };
}

test.each(Object.keys(jobs))(
  "a process killed at any call of %s leaves the rows of before or after, and orphans that vacuum removes",
  async (name) => {
    const job = jobs[name]!;
    const outcomes = new Set<string>();
    let finished = false;
    for (let at = 0; !finished; at++) {
      for (const death of deaths) {
        const { store, now } = await prepared(job);
        const clock = (): number => now.ms;
        const mortal = dying(store, at, death);
        const work = (async () => job.run(await openTable(mortal.store, { clock })))();
        const ended = await Promise.race([
          work.then(() => "finished" as const),
          mortal.died.then(() => "died" as const),
        ]);
        if (ended === "finished") finished = true;
        outcomes.add(await assertSound(store, now, job, `${name}, ${death} call ${at}`));
        if (!mortal.wasWrite()) break;
      }
      expect(at).toBeLessThan(300);
    }
    expect([...outcomes].sort()).toEqual(same(job) ? ["after"] : ["after", "before"]);
  },
  60_000,
);

const same = ({ before, after }: Job): boolean => String(before) === String(after);

async function assertSound(
  store: Store,
  now: { ms: number },
  job: Job,
  place: string,
): Promise<"before" | "after"> {
  const clock = (): number => now.ms;
  const table = await openTable(store, { clock });
  const found = ids(await table.scan().rows());
  const isAfter = String(found) === String(job.after);
  expect(isAfter ? job.after : job.before, place).toEqual(found);
  // Whoever comes next can write, and once the orphans are old nothing is left of the one that was killed.
  await table.append(someSales(1, 1000));
  now.ms += 8 * DAY;
  await table.vacuum();
  const needed = table.files().map(({ path }) => path);
  const files = (await dataFiles(store)).filter(
    (path) => !path.includes("/.") && !path.startsWith("."),
  );
  expect(files.sort(), place).toEqual([...needed].sort());
  expect(ids(await table.scan().rows()), place).toEqual([...found, 1000n]);
  return isAfter ? "after" : "before";
}
