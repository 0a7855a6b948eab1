/** Cents of a quantity in thousandths at a price in ten-thousandths, halves away from zero. */
export function centsOf(quantity: number, price: number): number {
  return rounded((quantity * price) / 100_000);
}

/** A share of cents, in hundredths of a percent: 2000 is 20 %. */
export function shareOf(cents: number, rate: number): number {
  return rounded((cents * rate) / 10_000);
}

/** The nearest whole number, halves away from zero. */
export function rounded(value: number): number {
  return value < 0 ? -Math.round(-value) : Math.round(value);
}

/** Amounts are whole cents while they are computed; as the column has them, the shortest text of the quotient is exact. */
export function euros(cents: number): number {
  return cents === 0 ? 0 : cents / 100;
}

export function priceOf(tenThousandths: number): number {
  return tenThousandths === 0 ? 0 : tenThousandths / 10_000;
}

export function quantityOf(thousandths: number): number {
  return thousandths === 0 ? 0 : thousandths / 1_000;
}
