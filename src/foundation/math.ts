/**
 * exp, tanh, ln and similar functions in double precision, with the same bits on every JavaScript engine.
 *
 * `Math.exp` and the like differ between engines in the last bit, and such a difference grows during training. So nothing
 * that touches weights may use them. This file uses only IEEE additions, multiplications and divisions, in a fixed order.
 */

/** 2^n for n from -1022 to 1023, at index n + 1022. */
const POWERS_OF_TWO = new Float64Array(2046);
for (let n = 0, value = 2 ** -1022; n < POWERS_OF_TWO.length; n++, value *= 2) POWERS_OF_TWO[n] = value;

/** 2^(j / 128) for j from 0 to 127, by the Taylor series of e^x. */
const FRACTIONS_OF_TWO = new Float64Array(128);
for (let j = 0; j < FRACTIONS_OF_TWO.length; j++) {
  let sum = 1;
  for (let term = 20; term > 0; term--) sum = 1 + (sum * j * (Math.LN2 / 128)) / term;
  FRACTIONS_OF_TWO[j] = sum;
}

const bits = new DataView(new ArrayBuffer(8));

/** 1.5 * 2^52. Adding and then subtracting it rounds to the nearest integer, in half the time of Math.floor. */
const ROUNDER = 6755399441055744;

/**
 * e^x for |x| <= 708, saturating beyond. Relative error below 2e-15 + 2e-16 |x|.
 *
 * x = (n + f) ln 2 / 128 with |f| <= 1/2: e^x is 2^(n / 128), out of tables, times the Taylor series of e^(f ln 2 / 128) to
 * f^4. After P. Tang, "Table-driven implementation of the exponential function in IEEE floating-point arithmetic", 1989.
 * A series to r^11 without the table of fractions takes 2-2-1 1.2 times as long, Math.exp 1.4 times (plain loops, Node 20).
 */
export function exp(x: number): number {
  // The CPU predicts comparisons, but has to wait for Math.min and Math.max.
  const t = (x > 708 ? 708 : x < -708 ? -708 : x) * (128 * Math.LOG2E);
  const rounded = t + ROUNDER - ROUNDER;
  const f = t - rounded;
  // NaN becomes 0 here; f is still NaN, and so is the result.
  const n = rounded | 0;
  const f2 = f * f;
  const low = 1 + f * 0.0054152123481245725;
  const high = 1.4662262387640425e-5 + f * 2.646642144433097e-8 + f2 * 3.583032305400251e-11;
  return (low + f2 * high) * ((POWERS_OF_TWO[(n >> 7) + 1022] as number) * (FRACTIONS_OF_TWO[n & 127] as number));
}

/** 1 / (1 + e^-x). */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** tanh x: its series where |x| < 0.01 and 1 - e^-2x would cancel, else from the exponential. Relative error below 1e-13. */
export function tanh(x: number): number {
  if (x > -0.01 && x < 0.01) {
    const z = x * x;
    return x * (1 - z * (1 / 3 - z * (2 / 15 - z * (17 / 315))));
  }
  const e = exp(-2 * (x < 0 ? -x : x));
  const magnitude = (1 - e) / (1 + e);
  return x < 0 ? -magnitude : magnitude;
}

/** e^x - 1: its series where |x| < 0.01 and the difference would cancel. Relative error below 1e-12 where x < 0.01. */
export function expm1(x: number): number {
  if (x > -0.01 && x < 0.01) return x * (1 + x * (1 / 2 + x * (1 / 6 + x * (1 / 24 + x * (1 / 120)))));
  return exp(x) - 1;
}

/**
 * ln x for finite normal x > 0; -Infinity for 0. Below 1 ULP.
 *
 * Method and coefficients: FreeBSD msun e_log.c (Sun Microsystems, 1993), as in assembly/kernels/math.ts.
 */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  bits.setFloat64(0, x);
  const high = bits.getUint32(0) + (0x3ff00000 - 0x3fe6a09e);
  const k = (high >>> 20) - 0x3ff;
  bits.setUint32(0, (high & 0x000fffff) + 0x3fe6a09e);
  const f = bits.getFloat64(0) - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd = z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605106586)));
  const half = 0.5 * f * f;
  return s * (half + (odd + even)) + k * 1.9082149292705877e-10 - half + f + k * 0.6931471803691238;
}

/**
 * ln(1 + x) for x from 0 to 1. Below 3 ULP: what rounds 1 + x to w is made good by the factor x / (w - 1), after the Hewlett-Packard
 * HP-15C Advanced Functions Handbook, 1982.
 */
export function log1p(x: number): number {
  const w = 1 + x;
  return w === 1 ? x : log(w) * (x / (w - 1));
}

/** cos(pi x) for x from 0 to 1, by the Taylor series of sine and cosine around the middle: within [-1, 1], error below 1e-15. */
export function cosine(x: number): number {
  // cos(pi x) = sin(z) with |z| <= pi / 2.
  const z = Math.PI * (0.5 - x);
  let term = z;
  let sum = z;
  for (let n = 2; n <= 22; n += 2) {
    term *= -(z * z) / (n * (n + 1));
    sum += term;
  }
  return Math.max(-1, Math.min(1, sum));
}
