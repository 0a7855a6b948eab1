import pl from "nodejs-polars";
import type { Payment } from "./rows.ts";

/** Typed arrays where polars takes them, NaN as null where there are nulls: faster than arrays of numbers. */
export function polarsFrame(rows: readonly Payment[]): ReturnType<typeof pl.DataFrame> {
  const pick = <K extends keyof Payment>(name: K): Payment[K][] => rows.map((row) => row[name]);
  const floats = (valueOf: (row: Payment) => number | null): Float64Array => {
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = valueOf(rows[i]!) ?? NaN;
    return values;
  };
  const longs = (valueOf: (row: Payment) => bigint): BigInt64Array => {
    const values = new BigInt64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = valueOf(rows[i]!);
    return values;
  };
  const quantity = new Int32Array(rows.length);
  for (let i = 0; i < rows.length; i++) quantity[i] = rows[i]!.quantity;
  const frame = pl.DataFrame([
    pl.Series("payment_id", pick("payment_id"), pl.Utf8),
    pl.Series("user_id", pick("user_id"), pl.Utf8),
    pl.Series("currency", pick("currency"), pl.Utf8),
    pl.Series("country", pick("country"), pl.Utf8),
    pl.Series("quantity", quantity),
    pl.Series(
      "score",
      floats((row) => row.score ?? null),
    ),
    pl.Series("amount", pick("amount"), pl.Utf8).cast(pl.Decimal(12, 2)),
    pl.Series("fee", pick("fee"), pl.Utf8).cast(pl.Decimal(18, 4)),
    pl
      .Series(
        "created_at",
        longs((row) => row.created_at),
      )
      .cast(pl.Datetime("us", "UTC")),
    pl.Series(
      "settled_at",
      floats((row) => row.settled_at?.getTime() ?? null),
    ),
    pl.Series("is_refund", pick("is_refund"), pl.Bool),
    pl.Series(
      "sequence",
      longs((row) => row.sequence),
    ),
  ]);
  return frame.withColumns(
    pl.col("score").fillNan(pl.lit(null)),
    pl.col("settled_at").fillNan(pl.lit(null)).cast(pl.Int64).cast(pl.Datetime("ms", "UTC")),
  );
}
