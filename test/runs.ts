/** How often a property is tried: `n` times where the environment variable `CI` is set, else a third of that, but 20 at least. */
export function runs(n: number): number {
  return process.env["CI"] ? n : Math.min(n, Math.max(20, Math.ceil(n / 3)));
}
