/**
 * exp, tanh and ln in double precision, the same bits on every JavaScript engine.
 *
 * `Math.exp` and its kin differ between engines in the last bit, and a last bit grows over a training: nothing that
 * touches weights may use them. Only IEEE additions, multiplications and divisions here, in a fixed order.
 */

/** 2^n for n from -1022 to 1023, at index n + 1022. */
const POWERS_OF_TWO = new Float64Array(2046);
for (let n = 0, value = 2 ** -1022; n < POWERS_OF_TWO.length; n++, value *= 2) POWERS_OF_TWO[n] = value;

const bits = new DataView(new ArrayBuffer(8));

/**
 * e^x for |x| <= 708, saturating beyond. Relative error below 1e-14.
 *
 * x = n ln 2 + r with |r| <= ln 2 / 2, Taylor series of e^r to r^11, times 2^n. The split of ln 2 is that of FreeBSD's
 * msun e_exp.c (Sun Microsystems, 1993): n times its first part is exact.
 */
export function exp(x: number): number {
  const clamped = Math.min(Math.max(x, -708), 708);
  const n = Math.floor(clamped * Math.LOG2E + 0.5);
  if (Number.isNaN(n)) return x;
  const r = clamped - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
  // Estrin's scheme: terms in pairs, so that the additions do not wait for each other. Horner's takes twice as long.
  const r2 = r * r;
  const r4 = r2 * r2;
  const low = 1 + r + (0.5 + r * (1 / 6)) * r2;
  const middle = 1 / 24 + r * (1 / 120) + (1 / 720 + r * (1 / 5040)) * r2;
  const high = 1 / 40320 + r * (1 / 362880) + (1 / 3628800 + r * (1 / 39916800)) * r2;
  const sum = low + (middle + high * r4) * r4;
  return sum * (POWERS_OF_TWO[n + 1022] as number);
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
