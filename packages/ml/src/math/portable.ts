/**
 * Elementary functions made of additions, multiplications and divisions only. `Math.exp` and `Math.log` may differ in
 * the last bit between JavaScript engines; these give the same bits everywhere, so that a seed gives the same model.
 *
 * Source of the formulas and constants: FreeBSD msun (fdlibm), e_exp.c and e_log.c; error below one unit in the last place.
 */

const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
const INVERSE_LN2 = 1.4426950408889634;
const OVERFLOW = 709.782712893384;
const UNDERFLOW = -745.1332191019411;

const powersOfTwo = new Float64Array(2098);
for (let k = 0, power = 1; k <= 1023; k++, power *= 2) powersOfTwo[k + 1074] = power;
for (let k = -1, power = 0.5; k >= -1074; k--, power /= 2) powersOfTwo[k + 1074] = power;

/** 2^k for a whole k from -1074 to 1023, exact. */
export function powerOfTwo(k: number): number {
  return powersOfTwo[k + 1074]!;
}

/** e^x. */
export function exp(x: number): number {
  if (!(x <= OVERFLOW)) return Number.isNaN(x) ? NaN : Infinity;
  if (x < UNDERFLOW) return 0;
  const k = Math.floor(INVERSE_LN2 * x + 0.5);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const t = r * r;
  const c =
    r -
    t *
      (1.66666666666666019037e-1 +
        t *
          (-2.77777777770155933842e-3 +
            t *
              (6.61375632143793436117e-5 +
                t * (-1.6533902205465251539e-6 + t * 4.13813679705723846039e-8))));
  const y = 1 - (low - (r * c) / (2 - c) - high);
  // Two factors: y·2^k may be a number where 2^k is none.
  if (k > 1023) return y * 2 * powersOfTwo[k - 1 + 1074]!;
  if (k < -1021) return y * powersOfTwo[k + 1000 + 1074]! * powersOfTwo[74]!;
  return y * powersOfTwo[k + 1074]!;
}

const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

/** The natural logarithm of x; -Infinity of 0, NaN of a negative number. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  let k = 0;
  if (x < 2.2250738585072014e-308) {
    k -= 54;
    x *= 18014398509481984;
  }
  bits[0] = x;
  let high = words[1]!;
  k += (high >>> 20) - 1023;
  high &= 0xf_ffff;
  // Bring the mantissa into [√½, √2).
  const shift = (high + 0x9_5f64) & 0x10_0000;
  words[1] = high | (shift ^ 0x3ff0_0000);
  k += shift >>> 20;
  const f = bits[0]! - 1;
  if (f === 0) return k * LN2_HIGH + k * LN2_LOW;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const odd = w * (0.3999999999940941908 + w * (0.2222219843214978396 + w * 0.1531383769920937332));
  const even =
    z *
    (0.666666666666673513 +
      w * (0.2857142874366239149 + w * (0.181835721616180501 + w * 0.1479819860511658591)));
  const halfSquare = 0.5 * f * f;
  return k * LN2_HIGH - (halfSquare - (s * (halfSquare + odd + even) + k * LN2_LOW) - f);
}

/** ln(1 + x), accurate for small x. Source: Kahan, as in Goldberg (1991), theorem 4. */
export function log1p(x: number): number {
  const u = 1 + x;
  if (u === 1) return x;
  return u === Infinity ? u : (log(u) * x) / (u - 1);
}

/** The logistic function 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** ln(p / (1 - p)). */
export function logit(p: number): number {
  return log(p / (1 - p));
}
