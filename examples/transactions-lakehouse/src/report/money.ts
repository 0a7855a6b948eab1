import { Decimal } from "@lakewright/core";

/** An exact amount with at least two digits after the point, and no more than it needs: "12.00", "0.125". */
export function moneyText(amount: Decimal | string): string {
  let { unscaled, scale } = Decimal.from(amount);
  while (scale > 2 && unscaled % 10n === 0n) {
    unscaled /= 10n;
    scale--;
  }
  return new Decimal(unscaled, scale).rescale(Math.max(2, scale)).toString();
}
