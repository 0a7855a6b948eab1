/** Nodes t in (0, 1) and weights w of a rule: ∫₀¹ f(t) dt ≈ Σ w f(t). */
export interface QuadratureRule {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

const rules: QuadratureRule[] = [];

/**
 * The Gauss–Legendre rule of n points on [0, 1], exact for polynomials up to degree 2n - 1.
 * The roots of each Legendre polynomial lie between those of the one before, where bisection finds them.
 *
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 25.4.29.
 */
export function gaussLegendre(n: number): QuadratureRule {
  let rule = rules[n];
  if (rule === undefined) {
    rule = makeRule(n);
    rules[n] = rule;
  }
  return rule;
}

function makeRule(n: number): QuadratureRule {
  let roots: number[] = [];
  for (let degree = 1; degree <= n; degree++) {
    const ends = [-1, ...roots, 1];
    roots = Array.from({ length: degree }, (_, i) => bisect(degree, ends[i]!, ends[i + 1]!));
  }
  const weights = roots.map((x) => {
    const slope = (n * (x * legendre(n, x) - legendre(n - 1, x))) / (x * x - 1);
    return 1 / ((1 - x * x) * slope * slope);
  });
  return {
    nodes: Float64Array.from(roots, (x) => (x + 1) / 2),
    weights: Float64Array.from(weights),
  };
}

function bisect(degree: number, from: number, to: number): number {
  let low = from;
  let high = to;
  const rising = legendre(degree, to) > legendre(degree, from);
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    const value = legendre(degree, middle);
    if (value === 0) return middle;
    if (value < 0 === rising) low = middle;
    else high = middle;
  }
}

/** P_n(x) by Bonnet's recurrence. */
function legendre(n: number, x: number): number {
  let previous = 1;
  let value = n === 0 ? 1 : x;
  for (let k = 2; k <= n; k++) {
    const next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
    previous = value;
    value = next;
  }
  return value;
}
