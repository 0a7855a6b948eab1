/** The machine's clock, in microseconds since 1970; a run takes `now` from its caller where it is given. */
export function systemNow(): bigint {
  return BigInt(Date.now()) * 1000n;
}
