import { and, createTable, eq, type LakeTable, type Store } from "@lakewright/lake";
import { monthsFrom, receiptsOf } from "./receipts.ts";
import { sales, testCity } from "./shop.ts";

export interface SampleOptions {
  /** Rows of one month of one channel. Default 11,250: 48 files of 19 MB together. */
  readonly rowsPerFile?: number | undefined;
  readonly onVersion?: ((version: bigint, what: string) => void) | undefined;
}

/**
 * A Delta table with a history: quarter after quarter is appended, channel by channel, over two years; then the rows of tills
 * under test are deleted, a price is corrected, and a customer is forgotten. Its commits are a week apart, and the same
 * on every run.
 */
export async function buildSample(
  store: Store,
  { rowsPerFile = 11_250, onVersion = () => {} }: SampleOptions = {},
): Promise<LakeTable<typeof sales>> {
  let week = 0;
  const clock = (): number => Date.UTC(2026, 0, 5) + week * 7 * 86_400_000;
  const table = await createTable(store, sales, {
    partitionBy: ["month"],
    properties: {
      "delta.enableDeletionVectors": "true",
      // The times of the commits are in them: a copy by HTTP or by drag and drop keeps them.
      "delta.enableInCommitTimestamps": "true",
    },
    clock,
  });
  const done = ({ version }: { readonly version: bigint }, what: string): void => {
    week++;
    onVersion(version, what);
  };
  done(table, "created");
  const months = monthsFrom(2024, 24);
  for (let quarter = 0; quarter < months.length / 3; quarter++) {
    for (const channel of ["online", "shop"] as const) {
      const rows = months
        .slice(quarter * 3, quarter * 3 + 3)
        .flatMap((month) => receiptsOf(month, channel, rowsPerFile));
      done(await table.append(rows), `${channel} sales of quarter ${quarter + 1}`);
    }
  }
  done(await table.delete(eq("city", testCity)), "tills under test deleted");
  const halfPrice = and(eq("month", "2025-12"), eq("product", "Gift card"));
  done(await table.update({ where: halfPrice, set: { note: "sold at half price" } }), "noted");
  done(await table.delete(eq("customer", "c4711")), "a customer forgotten");
  return table;
}
