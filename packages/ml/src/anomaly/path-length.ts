import { log } from "../math/portable.ts";

const EULER = 0.5772156649015329;

/**
 * c(n): the mean path length of an unsuccessful search in a binary search tree of n keys, by which isolation path
 * lengths are made comparable. c(0) = c(1) = 0, c(2) = 1.
 *
 * Source: Liu, Ting and Zhou, "Isolation-Based Anomaly Detection" (2012), equation 1.
 */
export function meanPathLength(n: number): number {
  if (n <= 1) return 0;
  return n === 2 ? 1 : 2 * (log(n - 1) + EULER) - (2 * (n - 1)) / n;
}
