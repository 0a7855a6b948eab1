import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { oracle } from "./support/oracle.ts";
import { run, temporaryFolder } from "./support/job.ts";

const data = "../shared/data";
const mappings = join(import.meta.dirname, "../mappings");

interface RealFile {
  readonly name: string;
  readonly path: string;
  readonly map: string;
  readonly currency: string;
  readonly users: string;
}

const files: readonly RealFile[] = [
  {
    name: "CDNOW purchases",
    path: `${data}/ml/cdnow/cdnow_transactions.csv.gz`,
    map: join(mappings, "cdnow.json"),
    currency: "USD",
    users: "count(DISTINCT customer_id)",
  },
  {
    name: "bank transactions",
    path: `${data}/reconcile/transactions-dev/a.csv`,
    map: join(mappings, "bank.json"),
    currency: "GBP",
    users: "0",
  },
];

describe.each(files)("$name", ({ path, map, currency, users }) => {
  const there = existsSync(path);
  if (!there) console.warn(`skipped: ${path} is not there`);

  it.skipIf(!there)(
    "come out to the cent as DuckDB adds them up",
    async () => {
      const out = temporaryFolder();
      const summary = await run({ input: path, map, out });
      const db = await oracle();
      const [sum] = await db.rows(
        `SELECT count(*) AS n, sum(CAST(amount AS DECIMAL(18, 2))) AS total, ${users} AS users FROM read_csv('${path}', all_varchar = true)`,
      );
      expect(summary).toMatchObject({
        read: Number(sum!["n"]),
        loaded: Number(sum!["n"]),
        quarantined: 0,
        dropped: 0,
      });
      expect(summary.amounts).toEqual({ [currency]: sum!["total"] });
      expect(summary.users).toBe(Number(sum!["users"]));
      expect(JSON.parse(readFileSync(join(out, "summary.json"), "utf8"))).toEqual(summary);
      expect(summary.notes.join(" ")).toMatch(/No payment method/);
    },
    60_000,
  );
});

const bank = files[1]!.path;

it.skipIf(!existsSync(bank))(
  "bank transactions come out the same with columns matched by name, without a currency",
  async () => {
    const summary = await run({ input: bank, out: temporaryFolder() });
    const db = await oracle();
    const total = await db.value(
      `SELECT sum(CAST(amount AS DECIMAL(18, 2))) FROM read_csv('${bank}', all_varchar = true)`,
    );
    expect(summary.amounts).toEqual({ XXX: total });
    expect(summary.notes.join(" ")).toMatch(/Columns by name: .*amount ← amount/);
  },
  60_000,
);
