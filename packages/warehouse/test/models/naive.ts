import { cents, customerRows, type Line } from "./star.ts";

type Text = Record<string, string | null>;

/** The models of the star, computed one line after the other in exact integers. */
export function naive(lines: readonly Line[]): Record<string, Text[]> {
  const customer = new Map(customerRows.map((row) => [row.customer_key, row]));
  const group = <K>(key: (line: Line) => K): Map<K, Line[]> => {
    const groups = new Map<K, Line[]>();
    for (const line of lines) groups.set(key(line), [...(groups.get(key(line)) ?? []), line]);
    return groups;
  };
  const total = (some: readonly Line[], of: (line: Line) => bigint): bigint =>
    some.reduce((sum, line) => sum + of(line), 0n);
  const price = (line: Line): bigint => line.price;
  const sorted = <T>(entries: Iterable<T>, key: (entry: T) => string): T[] =>
    [...entries].sort((a, b) => (key(a) < key(b) ? -1 : 1));

  const flags = sorted(
    group((line) => line.flag),
    ([flag]) => flag,
  );
  const mt_pricing = flags.map(([flag, some]) => ({
    flag,
    quantity: String(some.reduce((sum, line) => sum + line.quantity, 0)),
    gross: cents(total(some, price)),
    net: fixed(
      total(some, (line) => line.price * (100n - line.discount)),
      4,
    ),
    lines: String(some.length),
    customers: String(new Set(some.map((line) => line.customer_key)).size),
    big: String(some.filter((line) => line.price >= 500_000n).length),
  }));
  const mt_means = flags.map(([flag, some]) => {
    const gross = Number(total(some, price)) / 100;
    const quantity = some.reduce((sum, line) => sum + line.quantity, 0);
    return {
      flag,
      per_unit: (gross / quantity).toFixed(4),
      mean: (gross / some.length).toFixed(4),
    };
  });

  const region = (line: Line): string => customer.get(line.customer_key)!.region;
  const cells = sorted(
    group((line) => `${region(line)} ${line.month}`),
    ([key]) => key,
  ).map(([key, some]) => {
    const [name, month] = key.split(" ") as [string, string];
    return { name, month, revenue: total(some, price) };
  });
  const mt_by_region = cells.map(({ name, month, revenue }, k) => {
    const before = cells[k - 1]?.name === name ? cells[k - 1] : undefined;
    const ofMonth = cells.filter((cell) => cell.month === month);
    const soFar = cells.slice(0, k + 1).filter((cell) => cell.name === name);
    return {
      region: name,
      month,
      revenue: cents(revenue),
      place: String(1 + ofMonth.filter((cell) => cell.revenue > revenue).length),
      before: before ? cents(before.revenue) : null,
      so_far: cents(soFar.reduce((sum, cell) => sum + cell.revenue, 0n)),
    };
  });

  const mt_shares = sorted(
    group((line) => line.customer_key),
    ([key]) => String(key).padStart(9, "0"),
  ).map(([key, some]) => ({
    customer_key: String(key),
    name: customer.get(key)!.name,
    revenue: cents(total(some, price)),
    a_line: "1.00",
  }));
  const mt_daily = sorted(
    group((line) => line.order_day),
    ([day]) => day,
  ).map(([day, some]) => ({
    order_day: day,
    revenue: cents(total(some, price)),
    lines: String(some.length),
  }));
  const mt_averages = sorted(
    group((line) => line.month),
    ([month]) => String(month),
  ).map(([month, some]) => ({
    month: String(month),
    quantity: (some.reduce((sum, line) => sum + line.quantity, 0) / some.length).toFixed(6),
  }));

  const mt_totals = [0, 1, 2, 3].flatMap((bits) =>
    sorted(
      group((line) => `${bits & 2 ? "" : region(line)} ${bits & 1 ? "" : line.flag}`),
      ([key]) => key,
    ).map(([key, some]) => {
      const [name, flag] = key.split(" ") as [string, string];
      return {
        region: name === "" ? null : name,
        flag: flag === "" ? null : flag,
        grouping_id: String(bits),
        revenue: cents(total(some, price)),
        lines: String(some.length),
      };
    }),
  );
  return { mt_pricing, mt_means, mt_by_region, mt_shares, mt_daily, mt_averages, mt_totals };
}

function fixed(value: bigint, scale: number): string {
  const digits = String(value).padStart(scale + 1, "0");
  return `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
